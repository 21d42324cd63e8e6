/** `mcptb approvals --watch`: asks the person for each request as it comes. */
import { type Approval, liveChange } from "../../control/control-shapes.ts";
import type { BridgeAddress } from "../../joining/ask-bridge.ts";
import { linesOf, StreamError } from "../../joining/line-stream.ts";
import { say } from "../../util/say.ts";
import { CliError } from "../failure.ts";
import { askOperator, operatorBridge } from "../operator-bridge.ts";
import { print } from "../print.ts";
import { openTerminal, type Terminal } from "../terminal.ts";
import { approvalText, sendAnswer, type Answer, type Place } from "./approvals.ts";

/** For how long `a` allows requests. */
const MINUTES = 10;

/** @throws CliError when the bridge does not answer, refuses or ends. */
export async function watchApprovals({ config, wanted }: Place, json: boolean): Promise<void> {
  const address = await operatorBridge(config, wanted);
  // Says why it is refused, which a stream cannot.
  await askOperator(address, "/control");
  const over = new AbortController();
  const asks = !json && process.stdin.isTTY && process.stdout.isTTY;
  const terminal = asks
    ? openTerminal({ input: process.stdin, output: process.stdout, onInterrupt: () => over.abort() })
    : undefined;
  const write = (text: string): void => (terminal === undefined ? print(text) : terminal.print(text));
  /** The questions that wait, with what ends asking for them. */
  const waits = new Map<string, AbortController>();
  let asking: Promise<void> = Promise.resolve();

  /** One question after the other. */
  function queue(asked: Approval): void {
    const withdrawn = new AbortController();
    waits.set(asked.id, withdrawn);
    if (terminal === undefined) write(json ? `${JSON.stringify(asked)}\n` : `${approvalText(asked)}\n\n`);
    else {
      const signal = AbortSignal.any([withdrawn.signal, over.signal]);
      asking = asking.then(() => askPerson(terminal, address, asked, signal));
    }
  }

  try {
    if (terminal !== undefined) write(`${say`Waiting for requests. Ctrl-C ends this.`}\n`);
    for await (const line of linesOf(address, "/control/live", over.signal)) {
      const change = liveChange.safeParse(parsed(line)).data;
      if (change === undefined) continue;
      for (const id of change.approvals.gone) {
        waits.get(id)?.abort();
        waits.delete(id);
      }
      for (const asked of change.approvals.changed) if (!waits.has(asked.id)) queue(asked);
    }
    if (!over.signal.aborted) throw new StreamError("");
  } catch (error) {
    if (!(error instanceof StreamError)) throw error;
    throw new CliError(say`the bridge at ${address.url} has gone; start this again when it is back`);
  } finally {
    over.abort();
    await asking;
    terminal?.close();
  }
}

/** Never rejects. */
async function askPerson(
  terminal: Terminal,
  address: BridgeAddress,
  asked: Approval,
  signal: AbortSignal,
): Promise<void> {
  const conversation = asked.hasConversation ? say` [c] allow this conversation` : "";
  const choices = say`[y] allow once  [a] allow for ${MINUTES} minutes ${conversation} [n] deny:`;
  const text = (): string => `${approvalText(asked)}\n${choices} `;
  try {
    const key = await terminal.ask({ text, keys: asked.hasConversation ? "yacn" : "yan" }, signal);
    const answer = key === undefined ? undefined : ANSWERS[key];
    if (answer !== undefined) await sendAnswer(address, asked.id, answer);
  } catch (error) {
    if (signal.aborted) return;
    terminal.print(`${error instanceof Error ? error.message : String(error)}\n`);
  }
}

const ANSWERS: Readonly<Record<string, Answer>> = {
  y: { decision: "allow", remember: "once" },
  a: { decision: "allow", remember: `minutes:${MINUTES}` },
  c: { decision: "allow", remember: "conversation" },
  n: { decision: "deny", remember: "once" },
};

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
