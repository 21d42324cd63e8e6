/** `mcptb open`: the page of the running bridge in the person's browser, signed in with an operator's right. */
import { spawn } from "node:child_process";
import * as z from "zod";
import type { Config } from "../config/settings.ts";
import { leadersHere } from "../joining/leader-file.ts";
import { askBridge, type BridgeAddress } from "../joining/ask-bridge.ts";
import { CliError } from "./failure.ts";
import { print } from "./print.ts";
import { say } from "../util/say.ts";

const given = z.object({ token: z.string().regex(/^[\w-]{20,100}$/) });

/** @throws CliError when no bridge answers, or it does not let us in. */
export async function openPage(
  { url, key: clientKey }: BridgeAddress,
  { operatorKey, stateDir }: Pick<Config, "operatorKey" | "stateDir">,
  opens: boolean,
): Promise<void> {
  // Of our own user's bridges each has a secret in a file, which only that user can read.
  const own = (await leadersHere(stateDir)).find((leader) => leader.url === url);
  const key = operatorKey[0] ?? own?.secret ?? clientKey;
  const reply = await askBridge({ url, key }, "/session/token", { method: "POST" });
  if ("error" in reply) throw new CliError(say`no bridge answers at ${url} (${reply.error})`);
  const { data } = given.safeParse(reply.body);
  if (data === undefined) {
    throw new CliError(
      reply.status === 401 || reply.status === 403
        ? say`the bridge lets in only an operator; give a key of its --operator-key with MCPTB_OPERATOR_KEY`
        : say`the bridge has no page to sign in to; it is of another version than this program`,
    );
  }
  // What stands behind # is sent to no server.
  const link = `${url}/#token=${data.token}`;
  print(`${link}\n`);
  if (opens) showInBrowser(link);
}

const OPENERS: Partial<Record<NodeJS.Platform, readonly [command: string, ...args: string[]]>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

/** Where that cannot be done, the person has the link. */
function showInBrowser(link: string): void {
  const [command, ...args] = OPENERS[process.platform] ?? ["xdg-open"];
  const child = spawn(command, [...args, link], { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}
