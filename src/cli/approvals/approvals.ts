/** `mcptb approvals`: lists the requests that wait for permission, and answers one. */
import * as z from "zod";
import type { Config } from "../../config/settings.ts";
import { approval, type Approval, decision } from "../../control/control-shapes.ts";
import type { BridgeAddress } from "../../joining/ask-bridge.ts";
import { say } from "../../util/say.ts";
import { oneLine } from "../../util/terminal-text.ts";
import { CliError } from "../failure.ts";
import type { Wanted } from "../find-bridge.ts";
import { askOperator, operatorBridge } from "../operator-bridge.ts";
import { print } from "../print.ts";

export interface Place {
  readonly config: Config;
  readonly wanted: Wanted;
}

export interface Answer {
  readonly decision: "allow" | "deny";
  readonly remember: string | undefined;
}

/** @throws CliError when the bridge does not answer or refuses. */
export async function showApprovals({ config, wanted }: Place, json: boolean): Promise<void> {
  const approvals = await waiting(await operatorBridge(config, wanted));
  if (json) print(`${JSON.stringify(approvals, undefined, 2)}\n`);
  else if (approvals.length === 0) print(`${say`No request waits for your permission.`}\n`);
  else print(approvals.map((each) => `${approvalText(each)}\n`).join("\n"));
}

/** @throws CliError when the id fits none or several, or the bridge refuses. */
export async function answerApproval({ config, wanted }: Place, id: string, answer: Answer): Promise<void> {
  const address = await operatorBridge(config, wanted);
  const found = (await waiting(address)).filter((each) => each.id.startsWith(id));
  const [only, ...others] = found;
  if (only === undefined)
    throw new CliError(say`no request with the id ${id} waits; it may be answered or withdrawn`);
  if (others.length > 0) throw new CliError(say`several ids begin with ${id}; give more of it`);
  await sendAnswer(address, only.id, answer);
  print(`${answer.decision === "allow" ? say`Allowed.` : say`Denied.`}\n`);
}

/** @throws CliError */
export async function sendAnswer(address: BridgeAddress, id: string, answer: Answer): Promise<void> {
  const body = decision.parse({
    decision: answer.decision,
    ...(answer.remember !== undefined && { remember: answer.remember }),
  });
  await askOperator(address, `/control/approvals/${encodeURIComponent(id)}`, { method: "POST", body });
}

async function waiting(address: BridgeAddress): Promise<readonly Approval[]> {
  const body = await askOperator(address, "/control/approvals");
  const list = z.object({ approvals: z.array(approval) }).safeParse(body).data;
  if (list === undefined)
    throw new CliError(
      say`the bridge at ${address.url} does not understand this; its version may be older than this program`,
    );
  return list.approvals;
}

/** So much of an id tells one from another. */
const SHOWN_OF_ID = 8;

/** A few lines about a request; everything in them may come from a client. */
export function approvalText(asked: Approval): string {
  const { id, key, client, api, model, host, system, last, tools, toolCount, messages, characters, media } =
    asked;
  const name = (text: string): string => (text === "" ? "-" : oneLine(text, 200));
  const more = toolCount - Math.min(tools.length, 5);
  const toolText =
    toolCount === 0
      ? "-"
      : `${oneLine(tools.slice(0, 5).join(", "), 300)}${more > 0 ? say` and ${more} more` : ""}`;
  const tokens = asked.inputTokens === null ? "" : say`, about ${asked.inputTokens} tokens`;
  return [
    `${id.slice(0, SHOWN_OF_ID)}  ${say`model ${name(model)} of host ${name(host)}`}`,
    `  ${say`from`}: ${say`${name(client)}, key ${key ?? "-"}, ${api}`}`,
    `  ${say`system`}: ${name(system ?? "")}`,
    `  ${say`last words`}: ${oneLine(last, 600)}`,
    `  ${say`tools`}: ${toolText}`,
    `  ${say`size`}: ${say`${messages} messages, ${characters} characters, ${media} images or sounds`}${tokens}`,
  ].join("\n");
}
