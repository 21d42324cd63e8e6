import type { CreateMessageResultWithTools } from "@modelcontextprotocol/client";
import { REASONING, USAGE, type Delta } from "../../hosts/mcp/sampling-stream.ts";
import { parseObject } from "../../turn/json-object.ts";
import { UpstreamError, type Ending } from "./upstream.ts";

type Block = { readonly signatures: readonly string[] } & (
  | { readonly type: "text"; text: string }
  | { readonly type: "tool_use"; readonly id: string; readonly name: string; json: string }
);

type Content = { _meta?: Record<string, unknown> } & (
  | { type: "text"; text: string }
  | { type: "tool_use"; id: string; name: string; input: Record<string, unknown> }
);

/** Gathers the deltas of one answer into the whole answer. Of reasoning it has the signatures, with what it led to. */
export class Answer {
  readonly #blocks: Block[] = [];
  #model: string;
  #signatures: string[] = [];

  constructor(model: string) {
    this.#model = model;
  }

  add(delta: Delta): void {
    const last = this.#blocks.at(-1);
    if (delta.type === "start") this.#model = delta.model;
    else if (delta.type === "text") {
      if (last?.type === "text") last.text += delta.text;
      else this.#blocks.push({ type: "text", text: delta.text, signatures: this.#taken() });
    } else if (delta.type === "tool-call-start") {
      const { id, name } = delta;
      this.#blocks.push({ type: "tool_use", id, name, json: "", signatures: this.#taken() });
    } else if (delta.type === "reasoning" && delta.signature !== undefined) {
      this.#signatures.push(delta.signature);
    } else if (delta.type === "tool-call-delta" && last?.type === "tool_use") last.json += delta.json;
  }

  #taken(): readonly string[] {
    const signatures = this.#signatures;
    this.#signatures = [];
    return signatures;
  }

  /** @throws UpstreamError when a call's input is no JSON object, but for the one that the token limit has cut. */
  result({ stopReason, inputTokens, outputTokens }: Ending): CreateMessageResultWithTools {
    const content = this.#blocks.flatMap((block, index): Content[] => {
      const meta = block.signatures.length > 0 && { _meta: { [REASONING]: block.signatures } };
      if (block.type === "text") return [{ type: "text", text: block.text, ...meta }];
      const input = parseObject(block.json === "" ? "{}" : block.json);
      if (input !== undefined) return [{ type: "tool_use", id: block.id, name: block.name, input, ...meta }];
      if (stopReason === "maxTokens" && index === this.#blocks.length - 1) return [];
      const name = JSON.stringify(block.name);
      throw new UpstreamError(`The model called the tool ${name} with an input that is not JSON.`);
    });
    return {
      role: "assistant",
      model: this.#model,
      stopReason,
      // One block alone is what every revision understands.
      content: content.length > 1 ? content : (content[0] ?? { type: "text", text: "" }),
      _meta: {
        [USAGE]: {
          ...(inputTokens !== undefined && { inputTokens }),
          ...(outputTokens !== undefined && { outputTokens }),
        },
      },
    };
  }
}
