/**
 * Messages of a turn in our neutral form. A message is a role and an ordered list of parts; what a vendor
 * packs into strings, arrays or nested blocks is unpacked by the dialects and packed again by the hosts.
 */

export interface TextPart {
  readonly type: "text";
  readonly text: string;
}

/** An image or a piece of audio as base64 data; the host sees exactly these bytes. */
export interface MediaPart {
  readonly type: "image" | "audio";
  readonly mimeType: string;
  /** Base64, without a `data:` prefix. */
  readonly data: string;
}

/**
 * The model's own reasoning, replayed by a client. `signature` is what came with it and goes back unread, without white
 * space in it; reasoning that may not be shown has a signature and no text.
 */
export interface ReasoningPart {
  readonly type: "reasoning";
  readonly text: string;
  readonly signature?: string;
}

export interface ToolCallPart {
  readonly type: "tool-call";
  readonly id: string;
  readonly name: string;
  /** Raw JSON text, exactly as the model or the client wrote it. */
  readonly input: string;
}

export interface ToolResultPart {
  readonly type: "tool-result";
  readonly callId: string;
  readonly content: readonly (TextPart | MediaPart)[];
  readonly isError: boolean;
}

export type Part = TextPart | MediaPart | ReasoningPart | ToolCallPart | ToolResultPart;

/** `system` here is a system message in the middle of a conversation; leading ones are `TurnRequest.system`. */
export type Role = "system" | "user" | "assistant";

export interface Message {
  readonly role: Role;
  readonly parts: readonly Part[];
}

/** Joins the text parts of a list with `separator`; other parts are passed over. */
export function textOf(parts: readonly Part[], separator = ""): string {
  const texts: string[] = [];
  for (const part of parts) if (part.type === "text") texts.push(part.text);
  return texts.join(separator);
}
