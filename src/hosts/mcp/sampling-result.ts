/** The result of `sampling/createMessage` to what it says (MCP 2025-11-25, Client features, Sampling). Pure functions. */
import * as z from "zod";
import { BridgeError } from "../../turn/error.ts";
import type { StopReason, Usage } from "../../turn/event.ts";
import { signaturesIn, USAGE } from "./sampling-stream.ts";

const text = z.string().nullish();
const block = z.union([
  z.looseObject({
    type: text,
    text,
    id: text,
    name: text,
    input: z.record(z.string(), z.unknown()).nullish(),
    _meta: z.unknown().optional(),
  }),
  z.string(),
]);

const count = z.number().int().nonnegative().optional().catch(undefined);
const counts = z.looseObject({ inputTokens: count, outputTokens: count });

/** Looser than the protocol: hosts leave out `model` and `stopReason`, and send one block, several or a bare text. */
const samplingResult = z.looseObject({
  model: text,
  stopReason: text,
  content: z.unknown(),
  _meta: z
    .looseObject({ [USAGE]: counts.optional().catch(undefined) })
    .nullish()
    .catch(undefined),
});

/** Characters of the name of a model and of a reason to stop that are kept. */
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
  /** Of the model's reasoning, which goes back to the host with the next request. */
  readonly signatures: readonly string[];
  readonly stopReason: StopReason;
  /** What the host says it counted. */
  readonly usage: Usage;
}

/** @throws BridgeError `host_failed` when it is no sampling result. */
export function decodeSampling(result: unknown): SamplingAnswer {
  const { content, model, stopReason, _meta: meta } = read(samplingResult, result);
  // One after the other, up to the first that is wrong: the schema of an array would note every fault in it.
  const blocks = (Array.isArray(content) ? (content as unknown[]) : [content]).map((each) =>
    read(block, each),
  );
  return {
    model: model === null || model === "" ? undefined : model?.slice(0, NAME_LENGTH),
    text: blocks.map(blockText).join(""),
    calls: blocks.flatMap(blockCall),
    signatures: blocks.flatMap((each) => (typeof each === "string" ? [] : signaturesIn(each._meta))),
    stopReason: decodeStopReason(stopReason?.slice(0, NAME_LENGTH)),
    usage: decodeUsage(meta?.[USAGE]),
  };
}

function read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  throw new BridgeError("host_failed", "The MCP host's answer is not a sampling result.", { cause: error });
}

function blockText(content: z.infer<typeof block>): string {
  if (typeof content === "string") return content;
  return content.type === "text" || content.type === undefined ? (content.text ?? "") : "";
}

function blockCall(content: z.infer<typeof block>, index: number): SampledCall[] {
  if (typeof content === "string" || content.type !== "tool_use") return [];
  if (typeof content.name !== "string")
    throw new BridgeError("host_failed", "A tool call of the MCP host has no name.");
  return [
    { id: content.id ?? `call_${index}`, name: content.name, input: JSON.stringify(content.input ?? {}) },
  ];
}

function decodeUsage(given: z.infer<typeof counts> | undefined): Usage {
  const { inputTokens, outputTokens } = given ?? {};
  return {
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    estimated: false,
  };
}

function decodeStopReason(raw: string | undefined): StopReason {
  if (raw === undefined) return { unified: "end" };
  if (raw === "maxTokens") return { unified: "max-tokens", raw };
  if (raw === "toolUse") return { unified: "tool-calls", raw };
  if (raw === "refusal") return { unified: "refusal", raw };
  if (raw === "stopSequence") return { unified: "stop-sequence", raw };
  return { unified: "end", raw };
}
