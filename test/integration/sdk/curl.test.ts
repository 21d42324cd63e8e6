/** curl, as people first try an API with it. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { answer, startClientHost, type ClientHost } from "../../support/hosts/client-host.ts";
import { parseFrames } from "../../support/streams/frames.ts";
import { DIFFICULT_TEXT } from "../../support/data/samples.ts";
import { verifies } from "../../support/verifies.ts";

let host: ClientHost;

beforeAll(async () => {
  host = await startClientHost();
});
afterAll(() => host.close());
beforeEach(() => {
  host.model = () => answer(DIFFICULT_TEXT);
});

async function curl(path: string, body: object, ...flags: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("curl", [
    "--silent",
    "--no-buffer",
    "--max-time",
    "15",
    "--header",
    "content-type: application/json",
    ...flags,
    "--data",
    JSON.stringify(body),
    `${host.url}${path}`,
  ]);
  return stdout;
}

const messages = [{ role: "user", content: "hi" }];

verifies(["chat.done-last", "chat.any-text"], "a chat completion, without a key", async () => {
  const frames = parseFrames(await curl("/v1/chat/completions", { model: "auto", stream: true, messages }));
  expect(frames.at(-1)?.data).toBe("[DONE]");
  const text = frames.map(({ data }) =>
    typeof data === "string"
      ? ""
      : ((data as { choices: { delta: { content?: string } }[] }).choices[0]?.delta.content ?? ""),
  );
  expect(text.join("")).toBe(DIFFICULT_TEXT);

  const whole = JSON.parse(await curl("/v1/chat/completions", { model: "auto", messages }));
  expect(whole.choices[0].message.content).toBe(DIFFICULT_TEXT);
});

verifies(["messages.event-lines", "messages.request-id"], "a message, with its headers", async () => {
  const body = { model: "auto", max_tokens: 1000, messages };
  const flags = ["--include", "--header", "anthropic-version: 2023-06-01", "--header", "x-api-key: any"];
  const streamed = await curl("/v1/messages", { ...body, stream: true }, ...flags);
  const [head = "", ...rest] = streamed.split("\r\n\r\n");
  expect(head).toMatch(/^HTTP\/1\.1 200 /);
  expect(head).toMatch(/^content-type: text\/event-stream/im);
  expect(head).toMatch(/^request-id: \S+/im);
  const frames = parseFrames(rest.join("\r\n\r\n"));
  expect(frames.at(-1)?.event).toBe("message_stop");

  const whole = JSON.parse(await curl("/v1/messages", body));
  expect(whole.content).toEqual([{ type: "text", text: DIFFICULT_TEXT }]);
});

verifies(["messages.error-body", "chat.error-body"], "an error in the words of each API", async () => {
  const message = JSON.parse(await curl("/v1/messages", { model: "auto", messages }));
  expect(message).toMatchObject({ type: "error", error: { type: "invalid_request_error" } });
  const chat = JSON.parse(await curl("/v1/chat/completions", { model: "auto" }));
  expect(chat).toMatchObject({ error: { type: "invalid_request_error", param: "messages" } });
});
