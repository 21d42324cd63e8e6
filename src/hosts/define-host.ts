/** Defines a host in an embedding program with few options. */
import type { HostAbilities } from "../turn/abilities.ts";
import type { TurnEvents } from "../turn/event.ts";
import type { TurnRequest } from "../turn/request.ts";
import { labelOf } from "./mcp/quirks.ts";
import type { Host } from "./host.ts";

/** What `defineHost` needs to know; all but the name and the answer has a default. */
export interface HostDefinition {
  readonly name: string;
  /** The name with which clients choose it, as in `label/auto`; by default derived from the name. */
  readonly label?: string;
  readonly version?: string;
  /** Its models, as clients may name them; the first one answers. */
  readonly models?: readonly string[];
  /** Its abilities beyond accepting text and streaming the answer. */
  readonly abilities?: Partial<HostAbilities>;
  /**
   * Answers with deltas of text, or with the complete text. `prompt` is the text of the last message, `request` the
   * whole request. An error that it throws reaches the client as `host_failed`, a `BridgeError` as itself; the signal
   * aborts when the client has left.
   */
  readonly answer: (
    prompt: string,
    request: TurnRequest,
    signal: AbortSignal,
  ) => AsyncIterable<string> | Promise<string>;
}

const ABILITIES: HostAbilities = {
  deltas: true,
  tools: false,
  images: "no",
  audio: "no",
  maxTokens: "no",
  temperature: "no",
  stopSequences: "no",
  reasoning: false,
  cancel: "yes",
  errors: true,
};
const ID = "text";

/** A host that answers with text, for `bridge.attach`. Tools, structured output, stop sequences and limits are supplied by the bridge. */
export function defineHost(definition: HostDefinition): Host {
  const { name, models = [], version = "0", abilities, answer } = definition;
  const label = definition.label ?? labelOf(name);
  const [model = label] = models;
  let running = 0;
  return {
    id: label,
    describe: () => ({
      id: label,
      label,
      name,
      version,
      transport: "embedded",
      revision: undefined,
      canSample: true,
      consent: "granted",
      refusalEndsAll: false,
      abilities: { ...ABILITIES, ...abilities },
      models,
      running,
      slots: undefined,
    }),
    async *run(request, signal): TurnEvents {
      running += 1;
      try {
        yield { type: "turn-start", model };
        yield { type: "text-start", id: ID };
        for await (const text of pieces(answer(promptOf(request), request, signal))) {
          signal.throwIfAborted();
          yield { type: "text-delta", id: ID, text };
        }
        yield { type: "text-end", id: ID };
        yield { type: "turn-end", stopReason: { unified: "end" }, usage: { estimated: false } };
      } finally {
        running -= 1;
      }
    },
  };
}

async function* pieces(answer: AsyncIterable<string> | Promise<string>): AsyncGenerator<string> {
  if (Symbol.asyncIterator in answer) yield* answer;
  else yield await answer;
}

function promptOf({ messages }: TurnRequest): string {
  const parts = messages.at(-1)?.parts ?? [];
  return parts.map((part) => (part.type === "text" ? part.text : "")).join("");
}
