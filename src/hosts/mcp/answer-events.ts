import type { TurnEvents } from "../../turn/event.ts";
import type { Deltas } from "./deltas.ts";
import type { SamplingAnswer } from "./sampling-result.ts";

/**
 * The events of one answer: its pieces as they come, if the host sends any, and what the whole answer has beyond them.
 *
 * `model` stands until the answer names its own. `onMismatch` is called when the pieces are no beginning of the answer;
 * what the client has seen cannot be taken back, so the pieces stand.
 */
export async function* answerEvents(
  answer: Promise<SamplingAnswer>,
  deltas: Deltas,
  model: string,
  onMismatch: () => void,
): TurnEvents {
  let sent = "";
  let started = false;
  for await (const text of deltas) {
    if (!started) {
      yield { type: "turn-start", model };
      yield { type: "text-start", id: "text" };
      started = true;
    }
    sent += text;
    yield { type: "text-delta", id: "text", text };
  }
  const { model: named, text, calls, stopReason } = await answer;
  if (!started) yield { type: "turn-start", model: named ?? model };
  if (!text.startsWith(sent)) onMismatch();
  else if (text.length > sent.length) {
    if (!started) yield { type: "text-start", id: "text" };
    started = true;
    yield { type: "text-delta", id: "text", text: text.slice(sent.length) };
  }
  if (started) yield { type: "text-end", id: "text" };
  for (const [index, call] of calls.entries()) {
    const id = `call-${index}`;
    yield { type: "tool-call-start", id, callId: call.id, name: call.name };
    yield { type: "tool-call-delta", id, json: call.input };
    yield { type: "tool-call-end", id };
  }
  yield { type: "turn-end", stopReason, usage: { estimated: false } };
}
