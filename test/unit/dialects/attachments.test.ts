/** Files, documents and media, in the form of every API and of what hands them on. */
import { expect } from "vitest";
import { anthropicMessages } from "../../../src/dialects/anthropic-messages/index.ts";
import type { Dialect } from "../../../src/dialects/dialect.ts";
import { openaiChat } from "../../../src/dialects/openai-chat/index.ts";
import { openaiResponses } from "../../../src/dialects/openai-responses/index.ts";
import { BridgeError } from "../../../src/turn/error.ts";
import type { Part } from "../../../src/turn/message.ts";
import { ANYONE } from "../../../src/turn/principal.ts";
import { PIXEL } from "../../support/data/samples.ts";
import { verifies } from "../../support/verifies.ts";

const openaiResponse = openaiResponses({ responses: 1, size: 1, ageMs: 60_000 });
const ALL: readonly Dialect[] = [openaiChat, anthropicMessages, openaiResponse];

const base64 = (value: string): string => Buffer.from(value).toString("base64");
const NOTES = base64("# 你好\n");
const PDF = base64("%PDF-1.7\n");
const text = (value: string) => ({ type: "text", text: value });

function partsOf(dialect: Dialect, content: unknown): readonly Part[] {
  const said = [{ role: "user", content }];
  const prompt = dialect === openaiResponse ? { input: said } : { messages: said };
  const { request, notices } = dialect.decode(
    { model: "m", max_tokens: 1, ...prompt },
    new Headers(),
    ANYONE,
  );
  expect(notices).toEqual([]);
  return request.messages.flatMap(({ parts }) => parts);
}

/** The refusal of a part, with its place in the content. */
function refusal(dialect: Dialect, part: object): readonly [string, string, string] {
  try {
    partsOf(dialect, [part]);
  } catch (thrown) {
    if (!(thrown instanceof BridgeError)) throw thrown;
    const place = thrown.param?.replace(/^(?:input|messages)\.0\.content\.0\.?/, "") ?? "";
    return [thrown.code, place, thrown.message];
  }
  throw new Error("It was accepted.");
}

verifies("clients.files", "a file that is text reaches the model as text after its name", () => {
  const forms: readonly object[] = [
    { type: "file", file: { filename: "a.md", file_data: `data:text/markdown;base64,${NOTES}` } },
    { type: "file", file: { filename: "a.md", file_data: NOTES } },
    { type: "input_file", filename: "a.md", file_data: `data:application/json;base64,${NOTES}` },
    { type: "input_file", filename: "a.md", file_data: `data:;base64,${NOTES}` },
    { type: "file", data: NOTES, mediaType: "application/x-yaml", filename: "a.md" },
    { type: "document", title: "a.md", source: { type: "text", media_type: "text/plain", data: "# 你好\n" } },
    { type: "document", title: "a.md", source: { type: "base64", media_type: "text/plain", data: NOTES } },
    { type: "document", title: "a.md", source: { type: "content", content: "# 你好\n" } },
    { type: "document", title: "a.md", source: { type: "content", content: [text("# 你好\n")] } },
    { type: "resource", resource: { uri: "a.md", mimeType: "text/plain", text: "# 你好\n" } },
    { type: "resource", resource: { uri: "a.md", mimeType: "text/plain", blob: NOTES } },
    { type: "file", file: { filename: "a.md", file_data: "data:text/plain,%23%20%E4%BD%A0%E5%A5%BD%0A" } },
  ];
  for (const dialect of ALL) {
    for (const form of forms) {
      expect(partsOf(dialect, [form]), JSON.stringify(form)).toEqual([text("a.md"), text("# 你好\n")]);
      const inResult = [{ type: "tool_result", tool_use_id: "t", content: [form] }];
      expect(partsOf(dialect, inResult)).toMatchObject([
        { type: "tool-result", content: [text("a.md"), text("# 你好\n")] },
      ]);
    }
  }
});

verifies("clients.files", "pictures and sound are media, whatever holds them", () => {
  const url = `data:image/png;base64,${PIXEL}`;
  const forms: readonly object[] = [
    { type: "image_url", image_url: { url, detail: "high" } },
    { type: "input_image", image_url: url },
    { type: "image", source: { type: "base64", media_type: "image/png", data: PIXEL } },
    { type: "image", source: { type: "url", url } },
    { type: "image", data: PIXEL, mimeType: "image/png" },
    { type: "image", source_type: "base64", data: PIXEL, mime_type: "image/png" },
    { type: "image", base64: PIXEL, mime_type: "image/png" },
    { type: "image", image: PIXEL },
    { type: "file", file: { filename: "a.png", file_data: url } },
    { type: "input_file", filename: "a.png", file_data: url },
    { type: "document", source: { type: "base64", media_type: "image/png", data: PIXEL } },
  ];
  for (const dialect of ALL) {
    for (const form of forms) {
      expect(partsOf(dialect, [form]), JSON.stringify(form)).toEqual([
        { type: "image", mimeType: "image/png", data: PIXEL },
      ]);
    }
    for (const sound of [
      { type: "input_audio", input_audio: { format: "wav", data: "UklGRg==" } },
      { type: "audio", data: "UklGRg==", mimeType: "audio/wav" },
      { type: "file", file: { file_data: "data:audio/wav;base64,UklGRg==" } },
    ]) {
      expect(partsOf(dialect, [sound])).toEqual([{ type: "audio", mimeType: "audio/wav", data: "UklGRg==" }]);
    }
  }
});

verifies("clients.files", "what no host takes is refused with its place and what to do", () => {
  const binary = Buffer.from([0x50, 0x4b, 3, 4, 0, 0xff]).toString("base64");
  const unsupported = "unsupported_feature";
  const cases: readonly (readonly [object, string, string, string])[] = [
    [
      { type: "file", file: { filename: "a.pdf", file_data: `data:application/pdf;base64,${PDF}` } },
      unsupported,
      "",
      "a.pdf",
    ],
    [{ type: "input_file", filename: "a.pdf", file_data: PDF }, unsupported, "", "a.pdf"],
    [{ type: "input_file", filename: "a.docx", file_data: binary }, unsupported, "", "a.docx"],
    [
      { type: "document", source: { type: "base64", media_type: "application/pdf", data: PDF } },
      unsupported,
      "source",
      "as text",
    ],
    [
      { type: "document", source: { type: "url", url: "https://a.example/a.pdf" } },
      unsupported,
      "source",
      "not fetched",
    ],
    [{ type: "document", source: { type: "file", file_id: "file_1" } }, unsupported, "source", "not fetched"],
    [{ type: "input_file", file_url: "https://a.example/a.txt" }, unsupported, "", "not fetched"],
    [{ type: "input_file", file_id: "file_1" }, unsupported, "", "not fetched"],
    [{ type: "file", file: { file_id: "file_1" } }, unsupported, "", "not fetched"],
    [
      { type: "image", source: { type: "url", url: "https://a.example/a.png" } },
      unsupported,
      "source",
      "not fetched",
    ],
    [{ type: "image", source: { type: "file", file_id: "f" } }, unsupported, "source", "not fetched"],
    [
      { type: "image_url", image_url: { url: "https://a.example/a.png" } },
      unsupported,
      "image_url",
      "not fetched",
    ],
    [{ type: "container_upload", file_id: "file_1" }, "invalid_request", "type", "container_upload"],
    [{ type: "video_url", video_url: { url: "https://a.example" } }, "invalid_request", "type", "video_url"],
    [{ type: "file", file: {} }, "invalid_request", "", "empty"],
    [
      { type: "document", source: { type: "text", data: "x" }, citations: { enabled: true } },
      unsupported,
      "citations",
      "in the prompt",
    ],
    [
      { type: "search_result", title: "t", source: "s", content: [text("x")], citations: { enabled: true } },
      unsupported,
      "citations",
      "in the prompt",
    ],
  ];
  for (const dialect of ALL) {
    for (const [part, code, place, words] of cases) {
      const [gotCode, gotPlace, message] = refusal(dialect, part);
      expect([gotCode, gotPlace], JSON.stringify(part)).toEqual([code, place]);
      expect(message).toContain(words);
    }
  }
  const spoken = { model: "m", messages: [{ role: "assistant", audio: { id: "audio_1" } }] };
  expect(() => openaiChat.decode(spoken, new Headers(), ANYONE)).toThrow(/messages\.0\.audio/);
});

verifies("clients.files", "what an answer named as its sources stays with its text", () => {
  const url = "https://a.example";
  for (const dialect of ALL) {
    expect(
      partsOf(dialect, [
        {
          type: "output_text",
          text: "It rains.",
          annotations: [{ type: "url_citation", url, title: "Weather" }],
        },
        { type: "text", text: "So.", citations: [{ document_title: "b.txt", cited_text: "so" }] },
        { type: "text", text: "End.", citations: null, annotations: [] },
      ]),
    ).toEqual([
      text("It rains."),
      text("[Sources: Weather https://a.example]"),
      text("So."),
      text("[Sources: b.txt]"),
      text("End."),
    ]);
  }
});

verifies("clients.files", "content may be one part that stands in no list", () => {
  for (const dialect of ALL) expect(partsOf(dialect, text("Hello."))).toEqual([text("Hello.")]);
});
