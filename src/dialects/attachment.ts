/**
 * Files in a request, in the form of any API: OpenAI's `file` and `input_file`, Anthropic's `document` and `image`, and
 * the content blocks of MCP, LangChain and the AI SDK, which clients pass on unchanged. Hosts accept text, pictures and
 * sound.
 */
import * as z from "zod";
import { BridgeError } from "../turn/error.ts";
import type { MediaPart, TextPart } from "../turn/message.ts";
import { mediaFromBase64 } from "./media.ts";
import { name } from "./shapes.ts";

const text = z.string().nullish();

/** The file in a part; APIs differ in the names, not in the meaning. */
export const fileShape = z.object({
  type: name.nullish(),
  filename: text,
  title: text,
  name: text,
  media_type: name.nullish(),
  mime_type: name.nullish(),
  mimeType: name.nullish(),
  mediaType: name.nullish(),
  /** Base64, or a `data:` URL, or a text. */
  data: text,
  base64: text,
  file_data: text,
  blob: text,
  text,
  image: text,
  /** The place of a file that is not in the request. */
  url: text,
  uri: text,
  file_url: text,
  file_id: text,
  fileId: text,
});

export type StatedFile = z.output<typeof fileShape>;

interface DataUrl {
  /** In lower case; empty where there is none. */
  readonly type: string;
  readonly isBase64: boolean;
  readonly body: string;
}

/** Longer than the part before the data in any `data:` URL. */
const LONGEST_HEAD = 1000;

function dataUrl(url: string): DataUrl | undefined {
  const comma = url.slice(0, LONGEST_HEAD).indexOf(",");
  if (comma === -1 || url.slice(0, 5).toLowerCase() !== "data:") return undefined;
  const [type = "", ...parameters] = url.slice(5, comma).toLowerCase().split(";");
  return { type, isBase64: parameters.includes("base64"), body: url.slice(comma + 1) };
}

/**
 * The file in the form that hosts accept: pictures and sound unchanged, any text file as text after its name.
 *
 * @throws BridgeError `unsupported_feature` for a file that is not in the request, or has another type; `invalid_request` for an empty one.
 */
export function attachedFile(file: StatedFile, at: string): (TextPart | MediaPart)[] {
  const called = file.filename ?? file.title ?? file.name ?? "";
  const link = file.url ?? file.file_url ?? file.uri ?? undefined;
  const inline = file.data ?? file.base64 ?? file.file_data ?? file.blob ?? file.image;
  const linked = link !== undefined && dataUrl(link) !== undefined ? link : undefined;
  const data = inline ?? linked;
  if (typeof data !== "string") {
    if (typeof file.text === "string") return textParts(called, file.text);
    throw link === undefined && typeof (file.file_id ?? file.fileId) !== "string"
      ? fault("invalid_request", at, "the file is empty")
      : fault(
          "unsupported_feature",
          at,
          "images and files by URL or file id are not fetched; send them as base64",
        );
  }
  const stated = (file.media_type ?? file.mime_type ?? file.mimeType ?? file.mediaType ?? "").toLowerCase();
  if (file.type === "text") return textParts(called, data);
  const { type, isBase64, body } = dataUrl(data) ?? { type: stated, isBase64: true, body: data };
  if (type.startsWith("image/") || type.startsWith("audio/")) return [mediaFromBase64(type, body, at)];
  const content = isBase64 ? textOf(Buffer.from(body, "base64")) : unescaped(body);
  if (content === undefined) throw noText(called, type, at);
  if (content === "") throw fault("invalid_request", at, "the file is empty");
  return textParts(called, content);
}

function textParts(called: string, content: string): TextPart[] {
  return [called, content].filter((each) => each !== "").map((each) => ({ type: "text", text: each }));
}

/** Characters that do not occur in text. */
// oxlint-disable-next-line no-control-regex
const BINARY = /[\0-\x08\x0e-\x1a\x1c-\x1f]/;

/** The bytes as text, if they are text; a PDF may look like text at its beginning. */
function textOf(bytes: Buffer): string | undefined {
  if (bytes.subarray(0, 5).toString("latin1") === "%PDF-") return undefined;
  try {
    const content = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return BINARY.test(content) ? undefined : content;
  } catch {
    return undefined;
  }
}

function unescaped(body: string): string | undefined {
  try {
    return decodeURIComponent(body);
  } catch {
    return undefined;
  }
}

function noText(called: string, type: string, at: string): BridgeError {
  const what = [called.slice(0, 100), type].filter((each) => each !== "").join(", ");
  return fault(
    "unsupported_feature",
    at,
    `this file${what === "" ? "" : ` (${JSON.stringify(what)})`} is not plain text, and MCP hosts accept text, images and audio only; send its content as text, or its pages as images`,
  );
}

function fault(code: "invalid_request" | "unsupported_feature", param: string, problem: string): BridgeError {
  return new BridgeError(code, `${param}: ${problem}.`, { param });
}
