import type * as z from "zod";
import { BridgeError } from "../../turn/error.ts";
import type { Notice } from "../../turn/notice.ts";
import type { Principal } from "../../turn/principal.ts";
import type { ResponseFormat, TurnRequest } from "../../turn/request.ts";
import { readPlain, textParts } from "../any-part.ts";
import { allowsParallel, anyChoice, readChoice } from "../any-tool.ts";
import { formSchema } from "../client-schema.ts";
import { conversationOf } from "../conversation.ts";
import type { RequestHeaders } from "../dialect.ts";
import { asked, noticeIgnored } from "../ignored.ts";
import { toPrompt } from "../prompt.ts";
import { thinkingOf } from "../thinking.ts";
import { offered, type StatedChoice } from "../tool-choice.ts";
import { validate } from "../validate.ts";
import { additionalTools } from "./additional-tools.ts";
import { clientToolName } from "./client-tools.ts";
import { compactionOf, isTrigger, sinceCompaction } from "./compaction.ts";
import { decodeItems } from "./items.ts";
import {
  format,
  responsesRequest,
  toolChoice,
  type Item,
  type NamedTool,
  type ResponsesRequest,
} from "./schema.ts";
import { itemsOf, type ResponseStore, type StoredResponse } from "./store.ts";
import { flatName, placed, ToolNames } from "./tools.ts";

/** How a request differs from one at `/v1/responses`. */
export interface Form {
  /** The conversation is to be compacted, whether or not an item says so. */
  readonly compact?: boolean;
  readonly schema?: z.ZodType<ResponsesRequest>;
}

export interface DecodedResponses {
  /** The answer is a summary that stands for the conversation. */
  readonly compacting: boolean;
  readonly request: TurnRequest;
  readonly notices: readonly Notice[];
  readonly stream: boolean;
  /** The request as the client sent it, which the response object repeats. */
  readonly wire: ResponsesRequest;
  readonly names: ToolNames;
  /** The input of this request alone. */
  readonly input: readonly Item[];
  /** The response that this one goes on from. */
  readonly before: StoredResponse | undefined;
}

/**
 * A Responses request in neutral form.
 *
 * @throws BridgeError `invalid_request`, also for responses and items that are not stored here, or `unsupported_feature`.
 */
export function decode(
  body: unknown,
  headers: RequestHeaders,
  store: ResponseStore,
  principal: Principal,
  form: Form = {},
): DecodedResponses {
  const wire = validate(form.schema ?? responsesRequest, body);
  refuseUnsupported(wire);
  const notices: Notice[] = [];
  noticeIgnored([...asked(body, NEUTRAL), ...asked(wire.text, { verbosity: "medium" })], notices);
  const input = inputItems(wire, store, principal);
  const before = store.before(wire.previous_response_id ?? undefined, principal);
  const history = [...sinceCompaction(itemsOf(before)), ...input];
  const names = new ToolNames(
    [...placed(wire.tools, "tools"), ...additionalTools(history, history.length - input.length)],
    notices,
  );
  const thinking = thinkingOf(wire.reasoning?.effort);
  const instructions = wire.instructions ?? "";
  const { system, messages } = toPrompt(
    [
      ...textParts(instructions),
      ...readPlain(wire.system, "system", notices).filter((part) => part.type === "text"),
    ],
    decodeItems(history, notices),
  );
  const request: TurnRequest = {
    model: wire.model,
    system,
    messages,
    ...offered(names.tools, decodeToolChoice(wire)),
    parallelToolCalls:
      (wire.parallel_tool_calls ?? true) &&
      allowsParallel(validate(anyChoice, wire.tool_choice, "tool_choice")),
    responseFormat: decodeFormat(wire),
    maxTokens: wire.max_output_tokens ?? undefined,
    temperature: wire.temperature ?? undefined,
    stopSequences: [...[wire.stop ?? []].flat(), ...(wire.stop_sequences ?? [])].filter(
      (sequence) => sequence !== "",
    ),
    ...(thinking !== undefined && { thinking }),
    conversation: conversationOf(headers, wire.user),
  };
  const compacting = form.compact === true || input.some(isTrigger);
  return {
    request: compacting ? compactionOf(request) : request,
    compacting,
    notices,
    stream: wire.stream ?? false,
    wire,
    names,
    input,
    before,
  };
}

function refuseUnsupported(wire: ResponsesRequest): void {
  const refuse = (param: string, instead: string): never => {
    throw new BridgeError("unsupported_feature", `${param}: not supported by this bridge; ${instead}.`, {
      param,
    });
  };
  if (wire.background === true) refuse("background", "stream the response instead");
  if (wire.conversation !== undefined && wire.conversation !== null)
    refuse("conversation", "use previous_response_id");
  if (wire.prompt !== undefined && wire.prompt !== null) refuse("prompt", "send the instructions themselves");
}

/** The input as items, with those that the client only names. */
function inputItems({ input }: ResponsesRequest, store: ResponseStore, principal: Principal): Item[] {
  if (typeof input === "string") return [{ type: "message", role: "user", content: input }];
  return (input ?? []).map((item, index) => {
    if (item.type !== "item_reference") return item;
    const referred = store.item(item.id ?? "", principal);
    if (referred !== undefined) return referred;
    const param = `input.${index}.id`;
    throw new BridgeError("invalid_request", `${param}: there is no such item here; send the item itself.`, {
      param,
    });
  });
}

function decodeToolChoice(wire: ResponsesRequest): StatedChoice {
  const choice = wire.tool_choice ?? "auto";
  if (typeof choice === "string") return { type: choice === "any" ? "required" : choice };
  const { mode, tools, ...stated } = validate(toolChoice, choice, "tool_choice");
  if (stated.type === "allowed_tools" && tools !== null && tools !== undefined) {
    return { type: "allowed", mode: mode ?? "auto", names: tools.flatMap((tool) => nameIn(tool) ?? []) };
  }
  const name = nameIn(stated);
  if (name !== undefined) return { type: "tool", name };
  // A tool of a vendor's server may have a name, too, and is none of those that are offered.
  return VENDOR_NAMED.has(stated.type)
    ? { type: "other", kind: stated.type }
    : (readChoice(validate(anyChoice, choice, "tool_choice")) ?? { type: "auto" });
}

const VENDOR_NAMED: ReadonlySet<string> = new Set(["mcp"]);

/** The name of a tool that the client runs. */
function nameIn({ type, name, namespace }: NamedTool): string | undefined {
  const named = type === "function" || type === "custom";
  if (!named) return clientToolName(type);
  return typeof name === "string" ? flatName(name, namespace) : undefined;
}

function decodeFormat(wire: ResponsesRequest): ResponseFormat {
  const stated = wire.text?.format;
  if (stated?.type === "json_object") return { type: "json" };
  if (stated?.type !== "json_schema") return { type: "text" };
  const { name, schema: given } = validate(format, stated, "text.format");
  const schema = formSchema(given, "text.format.schema");
  return {
    type: "json",
    ...(typeof name === "string" && { name }),
    ...(schema !== undefined && { schema }),
  };
}

/** Fields that sampling does not have, with the value that means the same as none. */
const NEUTRAL = {
  top_p: 1,
  top_logprobs: 0,
  max_tool_calls: undefined,
  truncation: "disabled",
};
