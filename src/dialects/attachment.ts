import type { TextPart } from "../turn/message.ts";
import { addNotice, type Notice } from "../turn/notice.ts";
import { textFromUrl } from "./media.ts";

/** An attached file as text: its name and content, or, where it holds no text, a line that says so to the model. */
export function attachedText(
  name: string | null | undefined,
  dataUrl: string | null | undefined,
  notices: Notice[],
): TextPart[] {
  const text = textFromUrl(dataUrl ?? "");
  const named = typeof name === "string" && name !== "";
  if (text !== undefined) return [...(named ? textParts(name) : []), ...textParts(text)];
  addNotice(notices, {
    code: "documents-ignored",
    message: "Documents that are not plain text cannot be sent to an MCP host.",
  });
  return textParts(`[A document was attached here that cannot be shown${named ? `: ${name}` : ""}]`);
}

function textParts(text: string): TextPart[] {
  return text === "" ? [] : [{ type: "text", text }];
}
