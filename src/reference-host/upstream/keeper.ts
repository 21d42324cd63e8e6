/**
 * Gives an upstream back what it wants with the next request: what the client sent along, sealed, and for clients that
 * send nothing along, what is remembered of the call.
 */
import { createHash } from "node:crypto";
import type { CreateMessageRequestParams } from "@modelcontextprotocol/client";
import { signaturesIn } from "../../hosts/mcp/sampling-stream.ts";
import { parseObject } from "../../turn/json-object.ts";
import { blocksOf, type Block } from "./content.ts";
import { Keeping, type Kept } from "./kept.ts";
import { CallMemory } from "./memory.ts";
import type { Seals } from "./seal.ts";
import type { GivenBlock, GivenMessage } from "./upstream.ts";

/** Characters of one answer's reasoning that are kept. */
const LONGEST_KEPT = 4 * 1_048_576;

type Messages = CreateMessageRequestParams["messages"];

export interface Recalled {
  readonly messages: readonly GivenMessage[];
  /** Sealed texts that were not made for this upstream and model, or are damaged. */
  readonly foreign: number;
}

export class Keeper {
  readonly #seals: Seals;
  readonly #memory: CallMemory;

  constructor(seals: Seals, memory = new CallMemory()) {
    this.#seals = seals;
    this.#memory = memory;
  }

  /** The conversation with what is kept for it. */
  recall(source: Messages, model: string): Recalled {
    let foreign = 0;
    let after = "";
    const messages = source.map((message): GivenMessage => {
      const { role } = message;
      if (role !== "assistant") {
        after = digestOf(message);
        return { role, blocks: blocksOf(message).map((block) => ({ block, kept: [] })) };
      }
      const blocks = blocksOf(message).map((block): GivenBlock => {
        const opened = signaturesIn(block._meta).map((sealed) => this.#seals.open(sealed, model));
        foreign += opened.filter((items) => items === undefined).length;
        return { block, kept: opened.flatMap((items) => items ?? []) };
      });
      return { role, blocks: this.#remembered(blocks, model, after) };
    });
    return { messages, foreign };
  }

  /** Fills in what is known of calls that came without anything. */
  #remembered(blocks: readonly GivenBlock[], model: string, after: string): GivenBlock[] {
    const filled = [...blocks];
    // Where the first call's begins: vendors want reasoning before the text that it led to.
    let start = 0;
    for (const [index, { block }] of blocks.entries()) {
      if (block.type !== "tool_use") continue;
      const came = blocks.slice(start, index + 1).some(({ kept }) => kept.length > 0);
      const { id, name, input } = block;
      const items = came ? [] : this.#memory.recall({ model, id, name, input, after });
      const place = start === 0 ? 0 : index;
      const target = filled[place];
      if (items.length > 0 && target !== undefined) filled[place] = { ...target, kept: items };
      start = index + 1;
    }
    return filled;
  }

  /** What is kept of the answer that follows these messages. */
  record(messages: Messages, model: string): Recording {
    const last = messages.findLast(({ role }) => role === "user");
    const after = last === undefined ? "" : digestOf(last);
    return new Recording(
      (items) => this.#seals.seal(items, model),
      ({ id, name, json }, items) => {
        const input = parseObject(json === "" ? "{}" : json);
        if (input !== undefined) this.#memory.remember({ model, id, name, input, after }, items);
      },
    );
  }
}

interface RecordedCall {
  readonly id: string;
  readonly name: string;
  readonly json: string;
}

/** One answer while it comes. */
export class Recording {
  readonly #keeping = new Keeping(LONGEST_KEPT);
  readonly #seal: (items: readonly Kept[]) => string | undefined;
  readonly #remember: (call: RecordedCall, items: readonly Kept[]) => void;
  /** Kept since the last call. */
  #before: Kept[] = [];
  #call: { readonly id: string; readonly name: string; readonly json: string[] } | undefined;

  constructor(
    seal: (items: readonly Kept[]) => string | undefined,
    remember: (call: RecordedCall, items: readonly Kept[]) => void,
  ) {
    this.#seal = seal;
    this.#remember = remember;
  }

  keep(item: Kept): void {
    this.#keeping.add(item);
  }

  /** The seal of what was kept since this was last asked for; `undefined` when there is nothing. */
  flush(): string | undefined {
    const items = this.#keeping.take();
    if (items.length === 0) return undefined;
    this.#before.push(...items);
    return this.#seal(items);
  }

  startCall(id: string, name: string): void {
    this.endCall();
    this.#call = { id, name, json: [] };
  }

  writeCall(json: string): void {
    this.#call?.json.push(json);
  }

  /** What came before the call, and what came with it, is remembered for it. */
  endCall(): void {
    if (this.#call === undefined) return;
    const { id, name, json } = this.#call;
    this.#call = undefined;
    this.#before.push(...this.#keeping.take());
    if (this.#before.length > 0) this.#remember({ id, name, json: json.join("") }, this.#before);
    this.#before = [];
  }
}

/** A message without what may differ from one request to the next. */
function digestOf({ role, content }: Messages[number]): string {
  const plain = [content].flat().map((block: Block) => ({ ...block, _meta: undefined }));
  return createHash("sha256")
    .update(JSON.stringify([role, plain]))
    .digest("base64");
}
