/**
 * Text and media among the content parts of one API in a request to another: agents send the parts that they have to any
 * path. The type of a part shows its meaning (OpenAI and Anthropic API references, content parts).
 */
import * as z from "zod";
import { BridgeError } from "../turn/error.ts";
import type { MediaPart, TextPart } from "../turn/message.ts";
import type { Notice } from "../turn/notice.ts";
import { attachedFile, fileShape, type StatedFile } from "./attachment.ts";
import { MOST } from "./limits.ts";
import { mediaFromBase64, mediaFromUrl } from "./media.ts";
import { id, list, name, typedObject } from "./shapes.ts";
import { validate } from "./validate.ts";

export type TypedPart = z.output<typeof typedObject>;

/** The content of a message or a tool result, in any form. */
export const anyContent = z.union([
  z.string(),
  list(z.union([z.string(), typedObject]), MOST.parts),
  typedObject.transform((part) => [part]),
]);

export const contentOf = anyContent.nullish();
export type Content = z.output<typeof contentOf>;

const url = z.union([z.string(), z.object({ url: z.string() }).transform((value) => value.url)]).nullish();
/** The source of a text, as vendors note it in their answers. */
const origins = list(
  z.object({
    url: z.string().nullish().catch(undefined),
    title: z.string().nullish().catch(undefined),
    document_title: z.string().nullish().catch(undefined),
    source: z.string().nullish().catch(undefined),
    filename: z.string().nullish().catch(undefined),
  }),
  MOST.parts,
)
  .nullish()
  .catch(undefined);

const SHAPES = {
  text: z.object({ text: z.string(), citations: origins, annotations: origins }),
  refusal: z.object({ refusal: z.string() }),
  imageUrl: z.object({ image_url: url, file_id: id.nullish() }),
  audio: z.object({ input_audio: z.object({ data: z.string(), format: name }) }),
  file: fileShape.extend({ file: z.union([fileShape, z.string().transform(() => undefined)]).nullish() }),
  image: fileShape.extend({
    source: z.union([fileShape, z.string().transform((data) => ({ data }))]).nullish(),
  }),
  document: z.object({
    source: fileShape.extend({ type: name, content: contentOf }),
    title: z.string().nullish(),
    context: z.string().nullish(),
    citations: z.object({ enabled: z.boolean().nullish() }).nullish().catch(undefined),
  }),
  resource: z.object({ resource: fileShape }),
  toolReference: z.object({ tool_name: name }),
  /** Members that may contain readable text, in a part of any type. */
  other: z.object({
    title: z.string().nullish().catch(undefined),
    source: z.string().nullish().catch(undefined),
    url: z.string().nullish().catch(undefined),
    uri: z.string().nullish().catch(undefined),
    text: z.string().nullish().catch(undefined),
    content: contentOf.catch(undefined),
    citations: z.object({ enabled: z.boolean().nullish() }).nullish().catch(undefined),
  }),
} as const;

/** Content that may only be text and media: a tool result. */
export function readPlain(content: Content, at: string, notices: Notice[]): (TextPart | MediaPart)[] {
  if (content === null || content === undefined) return [];
  if (typeof content === "string") return textParts(content);
  return content.flatMap((part, index) =>
    typeof part === "string" ? textParts(part) : readPlainPart(part, `${at}.${index}`, notices),
  );
}

const PLAIN_KINDS: ReadonlySet<string> = new Set([
  "text",
  "input_text",
  "output_text",
  "summary_text",
  "refusal",
  "image_url",
  "input_image",
  "computer_screenshot",
  "input_audio",
  "file",
  "input_file",
  "image",
  "audio",
  "media",
  "document",
  "resource",
]);

/** Whether parts of this type are known to be text or media. */
export function isPlainKind(type: string): boolean {
  return PLAIN_KINDS.has(type);
}

export function readPlainPart(part: TypedPart, at: string, notices: Notice[]): (TextPart | MediaPart)[] {
  switch (part.type) {
    case "text":
    case "input_text":
    case "output_text":
    case "summary_text": {
      const { text, citations, annotations } = validate(SHAPES.text, part, at);
      return [...textParts(text), ...sourceLines([...(citations ?? []), ...(annotations ?? [])])];
    }
    case "refusal":
      return textParts(validate(SHAPES.refusal, part, at).refusal);
    case "image_url":
    case "input_image":
    case "computer_screenshot": {
      const { image_url: stated, file_id: stored } = validate(SHAPES.imageUrl, part, at);
      const isStored = typeof stored === "string" && typeof stated !== "string";
      if (isStored) throw notFetched(at, "file_id");
      return [mediaFromUrl(stated ?? "", `${at}.image_url`)];
    }
    case "input_audio": {
      const { format, data } = validate(SHAPES.audio, part, at).input_audio;
      return [mediaFromBase64(`audio/${format}`, data, `${at}.input_audio`)];
    }
    case "file":
    case "input_file": {
      const { file: inner, ...stated } = validate(SHAPES.file, part, at);
      return attachedFile(inner ?? { ...stated, type: undefined }, at);
    }
    case "image":
    case "audio":
    case "media": {
      const { source, ...stated } = validate(SHAPES.image, part, at);
      const given = { ...(source ?? stated), type: undefined };
      return readMedia(given, part.type, source === null || source === undefined ? at : `${at}.source`);
    }
    case "resource": {
      const { resource } = validate(SHAPES.resource, part, at);
      const { uri, ...stated } = resource;
      return attachedFile({ ...stated, name: stated.name ?? uri }, `${at}.resource`);
    }
    case "document":
      return readDocument(part, at, notices);
    case "tool_reference":
      return referenceText(part, at).parts;
    default:
      return readOther(part, at, (inner, innerAt) => readPlainPart(inner, innerAt, notices));
  }
}

function notFetched(at: string, member: string): BridgeError {
  const param = `${at}.${member}`;
  return new BridgeError(
    "unsupported_feature",
    `${param}: images by URL or file id are not fetched; send them as base64.`,
    { param },
  );
}

/** A tool that a search has found, as text for the model. */
export function referenceText(part: TypedPart, at: string): { name: string; parts: TextPart[] } {
  const { tool_name: found } = validate(SHAPES.toolReference, part, at);
  return { name: found, parts: textParts(`[The tool ${found} can be used from here on.]`) };
}

/** A picture or sound in the request. */
function readMedia(given: StatedFile, kind: string, at: string): MediaPart[] {
  const type = given.media_type ?? given.mime_type ?? given.mimeType ?? given.mediaType;
  const parts = attachedFile(
    { ...given, mimeType: type ?? (kind === "image" ? "image/png" : undefined) },
    at,
  );
  return parts.map((each) => {
    if (each.type !== "text") return each;
    throw new BridgeError("invalid_request", `${at}: the media type must be an image or audio type.`, {
      param: at,
    });
  });
}

/** A document's text with its title. */
function readDocument(part: TypedPart, at: string, notices: Notice[]): (TextPart | MediaPart)[] {
  const { source, title, context, citations } = validate(SHAPES.document, part, at);
  if (citations?.enabled === true) throw noCitations(at);
  const head = [title, context].filter((line) => typeof line === "string" && line !== "").join("\n");
  if (source.type === "content") {
    return [...textParts(head), ...readPlain(source.content, `${at}.source.content`, notices)];
  }
  return attachedFile({ ...source, title: head }, `${at}.source`);
}

function noCitations(at: string): BridgeError {
  const param = `${at}.citations`;
  return new BridgeError(
    "unsupported_feature",
    `${param}: hosts do not mark citations in their answers; leave it out, and ask for sources in the prompt.`,
    { param },
  );
}

type Origins = NonNullable<z.output<typeof origins>>;

/** Longer lists are cut: a model that wants to name a source does not need a hundred. */
const MOST_SOURCES = 50;

function sourceLines(found: Origins): TextPart[] {
  const lines = found
    .slice(0, MOST_SOURCES)
    .map(({ title, document_title, url, source, filename }) =>
      [title ?? document_title ?? filename, url ?? source]
        .filter((each) => typeof each === "string")
        .join(" "),
    );
  const distinct = [...new Set(lines)].filter((line) => line !== "");
  return distinct.length === 0 ? [] : textParts(`[Sources: ${distinct.join("; ")}]`);
}

/** Types for calls and results of the vendor's own tools, which may have no text. */
const OWN_KINDS = /^(?:search_result|browser_state|[a-z_]{1,60}_(?:tool_use|tool_result|result|error))$/;

/**
 * The text in a part of another type, at any depth; a call or result of the vendor's tools as JSON.
 *
 * @throws BridgeError `invalid_request` when it has neither.
 */
export function readOther(
  part: TypedPart,
  at: string,
  readInner: (part: TypedPart, at: string) => (TextPart | MediaPart)[],
): (TextPart | MediaPart)[] {
  const { title, source, url: address, uri, text, content, citations } = validate(SHAPES.other, part, at);
  if (citations?.enabled === true) throw noCitations(at);
  const lines = [title, source, address, uri, text].filter((line) => typeof line === "string" && line !== "");
  const inner =
    typeof content === "string"
      ? textParts(content)
      : (content ?? []).flatMap((each, index) =>
          typeof each === "string" ? textParts(each) : readInner(each, `${at}.content.${index}`),
        );
  const found = [...textParts(lines.join("\n")), ...inner];
  if (found.length > 0) return found;
  if (OWN_KINDS.test(part.type)) return textParts(JSON.stringify(part));
  throw unknownPart(part.type, at);
}

function unknownPart(type: string, at: string): BridgeError {
  return new BridgeError(
    "invalid_request",
    `${at}.type: unknown content type ${JSON.stringify(type.slice(0, 50))}; send it as text.`,
    { param: `${at}.type` },
  );
}

export function textParts(text: string): TextPart[] {
  return text === "" ? [] : [{ type: "text", text }];
}
