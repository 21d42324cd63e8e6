/** Things a scripted host can do with a sampling request. */
import type { JsonObject, Script } from "./sampling-call.ts";

export const answer =
  (result: string | JsonObject): Script =>
  (call) =>
    call.answer(result);

/** Repeats the last message. */
export const echo: Script = (call) => call.answer(call.lastText);

/** Answers when `gate` opens. */
export const answerAfter =
  (gate: Promise<unknown>, result: string | JsonObject): Script =>
  async (call) => {
    await gate;
    call.answer(result);
  };

export const fail =
  (code: number, message: string): Script =>
  (call) =>
    call.fail(code, message);

/** The person says no (MCP, Sampling, "Error handling"). */
export const refuse: Script = fail(-1, "User rejected sampling request");

/** Never answers. */
export const hang: Script = () => undefined;

/** Takes the first script for the first call, the second for the second, and repeats the last. */
export function inTurn(...scripts: readonly [Script, ...Script[]]): Script {
  let index = -1;
  return (call) => {
    index = Math.min(index + 1, scripts.length - 1);
    return scripts[index]?.(call);
  };
}
