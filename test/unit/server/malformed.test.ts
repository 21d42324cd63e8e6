import { expect } from "vitest";
import { anthropicMessages } from "../../../src/dialects/anthropic-messages/index.ts";
import { openaiChat } from "../../../src/dialects/openai-chat/index.ts";
import { replyToMalformed } from "../../../src/server/malformed.ts";
import { verifies } from "../../support/verifies.ts";

const reply = (code: string, text = ""): readonly [number, string] => {
  const { status, dialect } = replyToMalformed({ code, rawPacket: Buffer.from(text) }, [
    openaiChat,
    anthropicMessages,
  ]);
  return [status, dialect.id];
};

verifies(["server.malformed", "server.slow-clients"], "each failure of the parser has its status", () => {
  expect(reply("HPE_HEADER_OVERFLOW")).toEqual([431, "openai-chat"]);
  expect(reply("HPE_CHUNK_EXTENSIONS_OVERFLOW")).toEqual([413, "openai-chat"]);
  expect(reply("ERR_HTTP_REQUEST_TIMEOUT")).toEqual([408, "openai-chat"]);
  expect(reply("HPE_INVALID_METHOD")).toEqual([400, "openai-chat"]);
  expect(replyToMalformed({}, [openaiChat]).status).toBe(400);
});

verifies(
  ["server.malformed", "server.error-dialect"],
  "the dialect is that of the path or the headers, as far as they came",
  () => {
    expect(reply("HPE_X", "POST /v1/messages?beta=true HT")).toEqual([400, "anthropic-messages"]);
    expect(reply("HPE_X", "POST http://h/messages/count_tokens HT")).toEqual([400, "anthropic-messages"]);
    expect(reply("HPE_X", "GET /v1/models HTTP/1.1\r\nAnthropic-Version: 1")).toEqual([
      400,
      "anthropic-messages",
    ]);
    expect(reply("HPE_X", "GET /v1/models HTTP/1.1\r\nx: anthropic-version: 1")).toEqual([
      400,
      "openai-chat",
    ]);
  },
);
