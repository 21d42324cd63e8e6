/**
 * The legal order of a turn's events, as a state machine:
 *
 *     turn-wait*  turn-start  ( turn-wait | block )*  ( turn-end | turn-error )
 *     block = X-start X-delta* X-end        one open block at a time, ids never reused
 *
 * `turn-error` may come at any point. Arguments that nest too deep are refused. A stream that breaks the order, throws,
 * or has no `turn-end` gets a `turn-error`, so that the code after this point can rely on a well-formed stream.
 */
import { BridgeError, toBridgeError } from "./error.ts";
import type { TurnEvent, TurnEvents } from "./event.ts";
import { JsonStructure } from "../util/json-structure.ts";
import { DEEPEST_ARGUMENTS } from "./nesting.ts";

interface State {
  /** Of the arguments of the open call. */
  nesting: JsonStructure;
  started: boolean;
  ended: boolean;
  open: { readonly id: string; readonly delta: string; readonly end: string } | undefined;
  readonly used: Set<string>;
}

/** Passes legal events on; ends with exactly one `turn-end` or `turn-error`. Never throws. */
export async function* grammar(events: TurnEvents): TurnEvents {
  const state: State = {
    nesting: new JsonStructure({}),
    started: false,
    ended: false,
    open: undefined,
    used: new Set(),
  };
  try {
    for await (const event of events) {
      const fault = step(state, event);
      if (fault !== undefined) state.ended = true;
      yield fault === undefined ? event : failed(fault);
      if (state.ended) return;
    }
  } catch (thrown) {
    // After the end only the source's clean-up can have failed: the answer is complete.
    if (!state.ended) yield { type: "turn-error", error: toBridgeError(thrown) };
    return;
  }
  yield failed("it stopped before it was complete");
}

function failed(fault: string): TurnEvent {
  return {
    type: "turn-error",
    error: new BridgeError("host_failed", `The host's answer is not well-formed: ${fault}.`),
  };
}

/** Advances the state; returns what is wrong, or `undefined`. */
function step(state: State, event: TurnEvent): string | undefined {
  switch (event.type) {
    case "turn-error":
      state.ended = true;
      return undefined;
    case "turn-wait":
      return undefined;
    case "turn-start":
      if (state.started) return "it starts twice";
      state.started = true;
      return undefined;
    case "turn-end":
      if (!state.started) return "it ends before it starts";
      if (state.open !== undefined) return "it ends inside a block";
      state.ended = true;
      return undefined;
    case "text-start":
      return open(state, event.id, "text-delta", "text-end");
    case "reasoning-start":
      return open(state, event.id, "reasoning-delta", "reasoning-end");
    case "tool-call-start":
      state.nesting = new JsonStructure({ depth: DEEPEST_ARGUMENTS });
      return open(state, event.id, "tool-call-delta", "tool-call-end");
    case "tool-call-delta":
      if (state.nesting.read(event.json) !== undefined)
        return `the arguments of a call nest deeper than ${DEEPEST_ARGUMENTS} levels`;
      return inBlock(state, event);
    case "text-delta":
    case "reasoning-delta":
      return inBlock(state, event);
    case "text-end":
    case "reasoning-end":
    case "tool-call-end":
      if (state.open?.id !== event.id || state.open.end !== event.type) return "an end without an open block";
      state.open = undefined;
      return undefined;
    default:
      return event satisfies never;
  }
}

function open(state: State, id: string, delta: string, end: string): string | undefined {
  if (!state.started) return "a block comes before the start";
  if (state.open !== undefined) return "a block starts inside another";
  if (state.used.has(id)) return "a block id comes twice";
  state.used.add(id);
  state.open = { id, delta, end };
  return undefined;
}

function inBlock(
  { open: block }: State,
  { id, type }: { readonly id: string; readonly type: string },
): string | undefined {
  return block?.id === id && block.delta === type ? undefined : "a delta without an open block";
}
