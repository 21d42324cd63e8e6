import type { Exchange } from "../dialects/dialect.ts";
import { toBridgeError } from "../turn/error.ts";
import type { TurnEvent, TurnEvents, Usage } from "../turn/event.ts";
import type { RequestScope } from "./request-scope.ts";

/** What is seen of a turn as it goes by: for the log, the metrics and the outcome of its request. */
export class TurnWatch {
  readonly stream: boolean;
  firstContent: number | undefined;
  usage: Usage | undefined;
  readonly #scope: RequestScope;
  readonly #exchange: Exchange;
  /** The answers in full, where the log shall have them. */
  readonly #answers: readonly Answer[] | undefined;
  #model: string | undefined;

  constructor(scope: RequestScope, exchange: Exchange, logContent: boolean) {
    this.#scope = scope;
    this.#exchange = exchange;
    this.#answers = logContent
      ? Array.from({ length: exchange.choices }, () => ({ text: "", reasoning: "", toolCalls: [] }))
      : undefined;
    this.stream = exchange.stream;
  }

  /** The line with which the log begins. */
  received(): void {
    const { request, stream } = this.#exchange;
    this.#scope.log.info(
      {
        model: request.model.slice(0, 200),
        stream,
        messages: request.messages.length,
        tools: request.tools.length,
        ...(this.#answers && { request }),
      },
      "RX",
    );
  }

  /** What the log says in the end. */
  summary(): object {
    return { model: this.#model, usage: this.usage, ...(this.#answers && { answers: this.#answers }) };
  }

  /** Passes events on as they are seen; a throw becomes the event that ends the turn with an error. */
  async *watch(events: TurnEvents): TurnEvents {
    try {
      for await (const event of events) {
        this.#see(event);
        yield event;
      }
    } catch (thrown) {
      const event: TurnEvent = { type: "turn-error", error: toBridgeError(thrown) };
      this.#see(event);
      yield event;
    }
  }

  #see(event: TurnEvent): void {
    const scope = this.#scope;
    switch (event.type) {
      case "turn-wait":
        if (event.reason === "consent") scope.log.warn({ message: event.message }, "waiting");
        return;
      case "turn-start":
        this.#model ??= event.model.slice(0, 200);
        this.firstContent ??= scope.seconds;
        return;
      case "turn-end":
        this.usage = event.usage;
        return;
      case "turn-error":
        scope.failed(event.error);
        return;
      default:
        write(this.#answers?.[event.choice ?? 0], event);
    }
  }
}

interface Answer {
  text: string;
  reasoning: string;
  readonly toolCalls: { readonly name: string; input: string }[];
}

function write(answer: Answer | undefined, event: TurnEvent): void {
  if (answer === undefined) return;
  const call = answer.toolCalls.at(-1);
  if (event.type === "text-delta") answer.text += event.text;
  if (event.type === "reasoning-delta") answer.reasoning += event.text;
  if (event.type === "tool-call-start") answer.toolCalls.push({ name: event.name, input: "" });
  if (event.type === "tool-call-delta" && call !== undefined) call.input += event.json;
}
