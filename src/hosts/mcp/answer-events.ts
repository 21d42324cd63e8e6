import type { TurnEvents } from "../../turn/event.ts";
import type { Deltas } from "./deltas.ts";
import type { SamplingAnswer } from "./sampling-result.ts";
import { Streamed } from "./streamed.ts";

/**
 * The events of one answer: its pieces as they come, if the host sends any, and what the whole answer has beyond them.
 * `model` stands until the host names its own.
 *
 * @throws BridgeError `host_failed` when the answer contradicts its pieces; whatever `answer` fails with.
 */
export async function* answerEvents(
  answer: Promise<SamplingAnswer>,
  deltas: Deltas,
  model: string,
): TurnEvents {
  const streamed = new Streamed();
  let started = false;
  for await (const delta of deltas) {
    if (!started) yield { type: "turn-start", model: delta.type === "start" ? delta.model : model };
    started = true;
    yield* streamed.take(delta);
  }
  const whole = await answer;
  if (!started) yield { type: "turn-start", model: whole.model ?? model };
  yield* streamed.complete(whole);
  yield { type: "turn-end", stopReason: whole.stopReason, usage: whole.usage };
}
