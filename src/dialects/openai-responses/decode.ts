import type * as z from "zod";
import { BridgeError } from "../../turn/error.ts";
import type { Notice } from "../../turn/notice.ts";
import type { Principal } from "../../turn/principal.ts";
import type { ResponseFormat, TurnRequest } from "../../turn/request.ts";
import { statedItems, systemTexts, toPrompt, type StatedItems } from "../any-prompt.ts";
import { readSettings } from "../any-settings.ts";
import { anyChoice, flatName, placedTools, statedChoice } from "../any-tool.ts";
import type { RequestHeaders } from "../dialect.ts";
import { checkMembers } from "../request-members.ts";
import type { JsonObject } from "../shapes.ts";
import { offered, type StatedChoice } from "../tool-choice.ts";
import { validate } from "../validate.ts";
import { additionalTools } from "./additional-tools.ts";
import { clientToolName } from "./client-tools.ts";
import { compactionOf, isTrigger, sinceCompaction } from "./compaction.ts";
import { decodeItems } from "./items.ts";
import { responsesRequest, toolChoice, type Item, type NamedTool, type ResponsesRequest } from "./schema.ts";
import { itemsOf, type ResponseStore, type StoredResponse } from "./store.ts";
import { ToolNames } from "./tools.ts";

/** How a request differs from one at `/v1/responses`. */
export interface Form {
  /** The conversation should be compacted, with or without an item that asks for it. */
  readonly compact?: boolean;
  readonly schema?: z.ZodType<ResponsesRequest>;
}

export interface DecodedResponses {
  /** The answer is a summary that replaces the conversation. */
  readonly compacting: boolean;
  readonly request: TurnRequest;
  readonly notices: readonly Notice[];
  readonly stream: boolean;
  /** The request as the client sent it, which the response object repeats. */
  readonly wire: ResponsesRequest;
  readonly names: ToolNames;
  /** The input of this request only. */
  readonly input: readonly Item[];
  /** The response that this one continues. */
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
  const notices: Notice[] = [];
  checkMembers(body as JsonObject, "openai-responses", notices);
  const stated = statedItems(wire);
  const input = inputItems(stated, store, principal);
  const before = store.before(wire.previous_response_id ?? undefined, principal);
  const history = [...sinceCompaction(itemsOf(before)), ...input];
  const stored = history.length - input.length;
  const placeOf = (index: number): string =>
    index < stored ? "previous_response_id" : `${stated.at}.${index - stored}`;
  const names = new ToolNames([...placedTools<unknown>(wire), ...additionalTools(history, placeOf)], notices);
  const named = typeof wire.tool_choice === "object" ? undefined : wire.tool_choice;
  const request: TurnRequest = {
    model: wire.model,
    ...toPrompt(systemTexts(wire, notices), decodeItems(history, notices, placeOf)),
    ...offered(names.tools, decodeToolChoice(wire)),
    ...readSettings(wire, {
      headers,
      choice: named ?? validate(anyChoice, wire.tool_choice, "tool_choice"),
    }),
  };
  const compacting = form.compact === true || input.some(isTrigger);
  return {
    request: compacting ? compactionOf(request) : request,
    compacting,
    notices,
    stream: wire.stream ?? false,
    wire: inOwnWords(wire, request),
    names,
    input,
    before,
  };
}

/** The request, with settings of other APIs converted to members of this one. */
function inOwnWords(wire: ResponsesRequest, request: TurnRequest): ResponsesRequest {
  const { maxTokens, thinking, parallelToolCalls, responseFormat } = request;
  return {
    ...wire,
    max_output_tokens: maxTokens,
    parallel_tool_calls: parallelToolCalls,
    ...(thinking !== undefined && {
      reasoning: { ...wire.reasoning, effort: thinking.enabled === false ? "none" : thinking.effort },
    }),
    text: { ...wire.text, format: wire.text?.format ?? formatOf(responseFormat) },
  };
}

function formatOf(format: ResponseFormat): JsonObject & { readonly type: string } {
  if (format.type === "text") return format;
  const { name, schema } = format;
  return schema === undefined
    ? { type: "json_object" }
    : { type: "json_schema", name: name ?? "answer", schema };
}

/** The input as items; items that the client only references are filled in. */
function inputItems({ at, items }: StatedItems, store: ResponseStore, principal: Principal): readonly Item[] {
  return items.map((item, index) => {
    if (item.type !== "item_reference") return item;
    const referred = store.item(item.id ?? "", principal);
    if (referred !== undefined) return referred;
    const param = `${at}.${index}.id`;
    throw new BridgeError("invalid_request", `${param}: unknown item; send the item itself.`, {
      param,
    });
  });
}

function decodeToolChoice({ tool_choice: choice, function_call }: ResponsesRequest): StatedChoice {
  if (typeof choice !== "object" || choice === null)
    return statedChoice({ tool_choice: choice, function_call });
  const { mode, tools, ...stated } = validate(toolChoice, choice, "tool_choice");
  if (stated.type === "allowed_tools" && tools !== null && tools !== undefined) {
    return { type: "allowed", mode: mode ?? "auto", names: tools.flatMap((tool) => nameIn(tool) ?? []) };
  }
  const name = nameIn(stated);
  if (name !== undefined) return { type: "tool", name };
  // A tool of a vendor's server may have a name too, but it is not offered.
  if (VENDOR_NAMED.has(stated.type)) return { type: "other", kind: stated.type };
  return statedChoice({ tool_choice: validate(anyChoice, choice, "tool_choice"), function_call });
}

const VENDOR_NAMED: ReadonlySet<string> = new Set(["mcp"]);

/** The name of a tool that the client runs. */
function nameIn({ type, name, namespace }: NamedTool): string | undefined {
  const named = type === "function" || type === "custom";
  if (!named) return clientToolName(type);
  return typeof name === "string" ? flatName(name, namespace) : undefined;
}
