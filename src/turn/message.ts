/**
 * Messages of a turn in our neutral form. A message is a role and an ordered list of parts; what a vendor
 * packs into strings, arrays or nested blocks is unpacked by the dialects and packed again by the hosts.
 */
import * as z from "zod";
import { list, type Immutable } from "../util/shape.ts";

export const textPart = z.object({ type: z.literal("text"), text: z.string() });
export type TextPart = Immutable<z.output<typeof textPart>>;

const mediaPart = z.object({
  type: z.enum(["image", "audio"]),
  mimeType: z.string(),
  /** Base64, without a `data:` prefix. */
  data: z.string(),
});
/** An image or a piece of audio as base64 data; the host sees exactly these bytes. */
export type MediaPart = Immutable<z.output<typeof mediaPart>>;

const reasoningPart = z.object({
  type: z.literal("reasoning"),
  text: z.string(),
  signature: z.string().exactOptional(),
});
/**
 * The model's own reasoning, sent back by a client. `signature` came with it and is returned unread; it has no white
 * space. Reasoning that may not be shown has a signature and no text.
 */
export type ReasoningPart = Immutable<z.output<typeof reasoningPart>>;

const toolCallPart = z.object({
  type: z.literal("tool-call"),
  id: z.string(),
  name: z.string(),
  /** Raw JSON text, exactly as the model or the client wrote it. */
  input: z.string(),
});
export type ToolCallPart = Immutable<z.output<typeof toolCallPart>>;

const toolResultPart = z.object({
  type: z.literal("tool-result"),
  callId: z.string(),
  content: list(z.discriminatedUnion("type", [textPart, mediaPart])),
  isError: z.boolean(),
});
export type ToolResultPart = Immutable<z.output<typeof toolResultPart>>;

const part = z.discriminatedUnion("type", [textPart, mediaPart, reasoningPart, toolCallPart, toolResultPart]);
export type Part = Immutable<z.output<typeof part>>;

export const message = z.object({
  /** `system` here is a system message in the middle of a conversation; leading ones are `TurnRequest.system`. */
  role: z.enum(["system", "user", "assistant"]),
  parts: list(part),
});
export type Message = Immutable<z.output<typeof message>>;

/** Joins the text parts of a list with `separator`; other parts are skipped. */
export function textOf(parts: readonly Part[], separator = ""): string {
  const texts: string[] = [];
  for (const part of parts) if (part.type === "text") texts.push(part.text);
  return texts.join(separator);
}
