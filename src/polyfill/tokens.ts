import type { Part } from "../turn/message.ts";
import type { TurnRequest } from "../turn/request.ts";
import { countText } from "./count-text.ts";

/** What the frame around a message, a call or a tool costs. */
const PER_FRAME = 4;
/** A picture as current models bill it, at the size hosts scale to. */
const PER_IMAGE = 1600;

type Count = (text: string) => number;

/**
 * Estimates token counts with a real tokenizer (o200k_base), which is loaded when first needed. Models differ by some
 * percent, so every figure from here is marked as an estimate.
 */
export class TokenEstimator {
  #loading: Promise<Count> | undefined;
  readonly #prompts = new WeakMap<TurnRequest, Promise<number>>();

  async text(text: string): Promise<number> {
    const count = await this.#counter();
    return count(text);
  }

  /** The tokens of a prompt: system, messages, tools and images. Counted once a request. */
  prompt(request: TurnRequest): Promise<number> {
    let tokens = this.#prompts.get(request);
    if (tokens === undefined) {
      tokens = this.#counter().then((count) => promptTokens(request, count));
      this.#prompts.set(request, tokens);
    }
    return tokens;
  }

  #counter(): Promise<Count> {
    this.#loading ??= import("gpt-tokenizer/encoding/o200k_base").then(({ countTokens }) => {
      const options = { disallowedSpecial: new Set<string>() };
      return (text) => countText(text, (piece) => countTokens(piece, options));
    });
    return this.#loading;
  }
}

function promptTokens(request: TurnRequest, count: Count): number {
  let total = 0;
  for (const part of request.system) total += count(part.text);
  for (const message of request.messages) {
    total += PER_FRAME;
    for (const part of message.parts) total += partTokens(part, count);
  }
  for (const tool of request.tools) {
    total +=
      PER_FRAME + count(`${tool.name}\n${tool.description ?? ""}\n${JSON.stringify(tool.inputSchema)}`);
  }
  return total;
}

function partTokens(part: Part, count: Count): number {
  switch (part.type) {
    case "text":
    case "reasoning":
      return count(part.text);
    case "image":
    case "audio":
      return PER_IMAGE;
    case "tool-call":
      return PER_FRAME + count(part.name) + count(part.input);
    case "tool-result":
      return PER_FRAME + part.content.reduce((sum, inner) => sum + partTokens(inner, count), 0);
    default:
      return part satisfies never;
  }
}
