/** Decodes the result of `sampling/createMessage` (MCP 2025-11-25, Client features, Sampling). Pure functions. */
import * as z from "zod";
import { BridgeError } from "../../turn/error.ts";
import type { StopReason, Usage } from "../../turn/event.ts";
import { parseObject } from "../../turn/json-object.ts";
import { DEEPEST_ARGUMENTS, valueIsTooDeep } from "../../turn/nesting.ts";
import { JsonRpcFailure, REJECTED_BY_USER } from "./failure.ts";
import { safeName } from "../../util/safe-line.ts";
import { signaturesIn, USAGE } from "./sampling-stream.ts";

const METHOD = "sampling/createMessage";

const text = z.string().nullish();
const block = z.union([
  z.looseObject({
    type: text,
    text,
    id: text,
    name: text,
    /** An object; some hosts send it as a JSON string, as in OpenAI's API. */
    input: z.union([z.record(z.string(), z.unknown()), z.string()]).nullish(),
    mimeType: text.catch(undefined),
    uri: text.catch(undefined),
    resource: z.looseObject({ uri: text, text }).nullish().catch(undefined),
    _meta: z.unknown().optional(),
  }),
  z.string(),
]);

const count = z.number().int().nonnegative().optional().catch(undefined);
const counts = z.looseObject({ inputTokens: count, outputTokens: count });

/** Looser than the protocol: hosts omit `model` and `stopReason`, and send one block, several or a plain text. */
const samplingResult = z.looseObject({
  model: text,
  stopReason: text,
  content: z.unknown(),
  /** As in tool results. */
  isError: z.boolean().nullish().catch(undefined),
  _meta: z
    .looseObject({ [USAGE]: counts.optional().catch(undefined) })
    .nullish()
    .catch(undefined),
});

/** Maximum length of a model name and of a stop reason. */
const NAME_LENGTH = 200;

/** A call of a tool; `input` is JSON text. */
export interface SampledCall {
  readonly id: string;
  readonly name: string;
  readonly input: string;
}

export interface SamplingAnswer {
  readonly model: string | undefined;
  readonly text: string;
  readonly calls: readonly SampledCall[];
  /** Signatures of the model's reasoning, which go back to the host with the next request. */
  readonly signatures: readonly string[];
  readonly stopReason: StopReason;
  /** Token counts of the host. */
  readonly usage: Usage;
}

/**
 * @throws BridgeError `host_failed` when it is not a sampling result or has no answer; JsonRpcFailure when it
 *   reports a refusal or a failure, as some hosts do instead of sending an error.
 */
export function decodeSampling(result: unknown): SamplingAnswer {
  const { content, model, stopReason, isError, _meta: meta } = read(samplingResult, result);
  // One after the other up to the first invalid one: the schema of an array would record every fault.
  const blocks = (Array.isArray(content) ? (content as unknown[]) : [content]).map((each) =>
    read(block, each),
  );
  const said = blocks.map(blockText).join("");
  const calls = blocks.flatMap(blockCall);
  const stated = decodeStopReason(stopReason?.slice(0, NAME_LENGTH));
  const reason = isError === true ? "failed" : withCalls(stated, calls.length > 0);
  if (reason === "refused") throw new JsonRpcFailure(REJECTED_BY_USER, said || "It was cancelled.", METHOD);
  if (reason === "failed") throw new JsonRpcFailure(0, said || "It gives no reason.", METHOD);
  if (calls.length === 0 && !blocks.some(isText) && reason.unified === "end") {
    throw new BridgeError("host_failed", "The MCP host's answer has no text and no tool call.");
  }
  return {
    model: model === null || model === "" ? undefined : model?.slice(0, NAME_LENGTH),
    text: said,
    calls,
    signatures: blocks.flatMap((each) => (typeof each === "string" ? [] : signaturesIn(each._meta))),
    stopReason: reason,
    usage: decodeUsage(meta?.[USAGE]),
  };
}

function read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  throw new BridgeError("host_failed", "The MCP host's answer is not a sampling result.", { cause: error });
}

function isText(content: z.infer<typeof block>): boolean {
  if (typeof content === "string") return true;
  const { type, resource } = content;
  if (type === "resource") return typeof resource?.text === "string";
  return type === "text" || (type === undefined && typeof content.text === "string");
}

function blockText(content: z.infer<typeof block>): string {
  if (typeof content === "string") return content;
  const { type, uri, resource, mimeType } = content;
  if (type === "text" || type === undefined) return content.text ?? "";
  if (type === "resource") return resource?.text ?? resource?.uri ?? "";
  if (type === "resource_link") return uri ?? "";
  // Text APIs cannot carry it; the reader of the answer should know that it was there.
  const kind = mimeType?.slice(0, NAME_LENGTH);
  return type === "image" || type === "audio"
    ? `\n[The answer also contains ${safeName(kind ?? type)}.]\n`
    : "";
}

function blockCall(content: z.infer<typeof block>, index: number): SampledCall[] {
  if (typeof content === "string" || content.type !== "tool_use") return [];
  if (typeof content.name !== "string")
    throw new BridgeError("host_failed", "A tool call of the MCP host has no name.");
  const input = argumentsOf(content.input);
  if (valueIsTooDeep(input)) {
    throw new BridgeError(
      "host_failed",
      `The MCP host's answer has a call whose arguments nest deeper than ${DEEPEST_ARGUMENTS} levels.`,
    );
  }
  return [
    {
      id: content.id ?? `call_${index}`,
      name: content.name,
      input: JSON.stringify(input),
    },
  ];
}

function argumentsOf(input: object | string | null | undefined): object {
  if (typeof input !== "string") return input ?? {};
  const parsed = input.trim() === "" ? {} : parseObject(input);
  if (parsed !== undefined) return parsed;
  throw new BridgeError(
    "host_failed",
    "A tool call of the MCP host has arguments that are not a JSON object.",
  );
}

function decodeUsage(given: z.infer<typeof counts> | undefined): Usage {
  const { inputTokens, outputTokens } = given ?? {};
  return {
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    estimated: false,
  };
}

/** The stop reasons of hosts, in their spellings; any other is a regular end. */
const STOP_REASONS: Readonly<Record<string, StopReason["unified"] | "refused" | "failed">> = {
  maxtokens: "max-tokens",
  maxoutputtokens: "max-tokens",
  length: "max-tokens",
  modelcontextwindowexceeded: "max-tokens",
  tooluse: "tool-calls",
  toolcall: "tool-calls",
  toolcalls: "tool-calls",
  functioncall: "tool-calls",
  stopsequence: "stop-sequence",
  refusal: "refusal",
  contentfilter: "refusal",
  safety: "refusal",
  cancelled: "refused",
  canceled: "refused",
  aborted: "refused",
  declined: "refused",
  rejected: "refused",
  denied: "refused",
  error: "failed",
  failed: "failed",
};

/** Corrects the stop reason of a result: an answer that claims to end for tool calls but has none is a regular end, or clients would wait for the calls. */
function withCalls(stated: ReturnType<typeof decodeStopReason>, hasCalls: boolean): typeof stated {
  if (typeof stated === "string" || stated.unified !== "tool-calls" || hasCalls) return stated;
  return { ...stated, unified: "end" };
}

/** `refused`: the person has refused or stopped the request. */
function decodeStopReason(raw: string | undefined): StopReason | "refused" | "failed" {
  if (raw === undefined) return { unified: "end" };
  const spelling = raw.toLowerCase().replaceAll(/[^a-z]/g, "");
  const unified = Object.hasOwn(STOP_REASONS, spelling) ? STOP_REASONS[spelling] : undefined;
  if (unified === "refused" || unified === "failed") return unified;
  return { unified: unified ?? "end", raw };
}
