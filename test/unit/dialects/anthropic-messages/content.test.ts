import { expect } from "vitest";
import { decodeContent, type Reading } from "../../../../src/dialects/anthropic-messages/content.ts";
import { ToolChanges } from "../../../../src/dialects/anthropic-messages/tools.ts";
import type { Content } from "../../../../src/dialects/plain-part.ts";
import { BridgeError } from "../../../../src/turn/error.ts";
import type { Part } from "../../../../src/turn/message.ts";
import { verifies } from "../../../support/verifies.ts";

function read(content: Content): { parts: Part[]; codes: string[] } {
  const reading: Reading = { notices: [], toolChanges: new ToolChanges() };
  const parts = decodeContent(content, "messages.0.content", reading);
  return { parts, codes: reading.notices.map(({ code }) => code) };
}

function failure(content: Content): BridgeError {
  try {
    read(content);
  } catch (thrown) {
    if (thrown instanceof BridgeError) return thrown;
    throw thrown;
  }
  throw new Error("It was accepted.");
}

const text = (value: string) => ({ type: "text", text: value });

verifies("messages.images", "base64 pictures are media, others are refused", () => {
  const image = (source: object) => [{ type: "image", source }];
  expect(read(image({ type: "base64", media_type: "image/webp", data: "UklGRg==" })).parts).toEqual([
    { type: "image", mimeType: "image/webp", data: "UklGRg==" },
  ]);
  for (const source of [
    { type: "url", url: "https://example.com/a.png" },
    { type: "file", file_id: "file_1" },
  ]) {
    expect(failure(image(source))).toMatchObject({
      code: "unsupported_feature",
      param: "messages.0.content.0.source",
      message:
        "messages.0.content.0.source: images and files by URL or file id are not fetched; send them as base64.",
    });
  }
  for (const source of [
    { type: "base64", media_type: "application/pdf", data: "eA==" },
    { type: "base64", media_type: "image/png", data: "" },
    { type: "base64" },
  ]) {
    expect(failure(image(source))).toMatchObject({ code: "invalid_request" });
  }
});

verifies("messages.documents", "text documents and search results are text", () => {
  const { parts, codes } = read([
    {
      type: "document",
      title: "Notes",
      context: "From the wiki",
      source: { type: "text", media_type: "text/plain", data: "One." },
    },
    { type: "document", source: { type: "content", content: [text("Two."), text("Three.")] } },
    { type: "document", source: { type: "content", content: "Four." } },
    { type: "search_result", title: "Hit", source: "https://example.com", content: [text("Five.")] },
  ]);
  expect(parts).toEqual([
    text("Notes\nFrom the wiki"),
    text("One."),
    text("Two."),
    text("Three."),
    text("Four."),
    text("Hit\nhttps://example.com"),
    text("Five."),
  ]);
  expect(codes).toEqual([]);
});

verifies(
  "messages.unknown-blocks",
  "an unknown kind of block keeps the text it holds, and is refused where it holds none",
  () => {
    const { parts, codes } = read([
      { type: "hologram", text: "one", depth: 3 },
      { type: "compaction", content: "two" },
      {
        type: "web_search_tool_result",
        tool_use_id: "srv_1",
        content: [
          { type: "web_search_result", title: "three", url: "https://example.com", encrypted_content: "x" },
        ],
      },
      { type: "code_result", content: { stdout: "not blocks" } },
      text("four"),
    ]);
    expect(parts).toEqual([
      text("one"),
      text("two"),
      text("three\nhttps://example.com"),
      text('{"type":"code_result","content":{"stdout":"not blocks"}}'),
      text("four"),
    ]);
    expect(codes).toEqual([]);
    expect(() => read([{ type: "mystery", title: 7, content: [{ no: "type" }] }])).toThrow("mystery");
  },
);

verifies("messages.tool-results", "a result holds a string, blocks or nothing", () => {
  const result = (rest: object) => read([{ type: "tool_result", tool_use_id: "t", ...rest }]).parts[0];
  const expected = (content: object[], isError = false) => ({
    type: "tool-result",
    callId: "t",
    content,
    isError,
  });
  expect(result({ content: "x" })).toEqual(expected([text("x")]));
  expect(result({})).toEqual(expected([]));
  expect(result({ content: null, is_error: null })).toEqual(expected([]));
  expect(result({ content: "bad", is_error: true, cache_control: {} })).toEqual(
    expected([text("bad")], true),
  );
  expect(
    result({
      content: [
        text("see"),
        { type: "image", source: { type: "base64", media_type: "image/png", data: "eA==" } },
        { type: "document", source: { type: "text", data: "doc" } },
      ],
    }),
  ).toEqual(expected([text("see"), { type: "image", mimeType: "image/png", data: "eA==" }, text("doc")]));
});

verifies(
  "messages.thinking-history",
  "thinking is reasoning, redacted thinking is reasoning without text",
  () => {
    const { parts, codes } = read([
      { type: "thinking", thinking: "a", signature: "s" },
      { type: "thinking", thinking: "b" },
      { type: "redacted_thinking", data: "x" },
    ]);
    expect(parts).toEqual([
      { type: "reasoning", text: "a", signature: "s" },
      { type: "reasoning", text: "b" },
      { type: "reasoning", text: "", signature: "x" },
    ]);
    expect(codes).toEqual([]);
  },
);
