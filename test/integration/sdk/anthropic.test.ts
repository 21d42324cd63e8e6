/** The official `@anthropic-ai/sdk` package against the real program, with the official MCP client as host. */
import { setTimeout } from "node:timers/promises";
import Anthropic, {
  APIError,
  APIUserAbortError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
} from "@anthropic-ai/sdk";
import { ProtocolError } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { answer, lastText, startClientHost, type ClientHost } from "../../support/hosts/client-host.ts";
import { DIFFICULT_TEXT, PIXEL } from "../../support/data/samples.ts";
import { verifies } from "../../support/verifies.ts";

/** Longer than the bridge waits for a verdict before it commits the status. */
const LATE_MS = 1500;

let host: ClientHost;
let client: Anthropic;

beforeAll(async () => {
  host = await startClientHost(["--heartbeat-ms", "100"]);
  client = new Anthropic({ baseURL: host.url, apiKey: "unused" });
});
afterAll(() => host.close());
beforeEach(() => {
  host.calls.length = 0;
  host.model = () => answer(DIFFICULT_TEXT);
});

const ask = (content: string): Anthropic.MessageCreateParamsNonStreaming => ({
  model: "auto",
  max_tokens: 100,
  messages: [{ role: "user", content }],
});

verifies(["messages.sdk-anthropic", "messages.start-skeleton"], "a streamed answer", async () => {
  const stream = client.messages.stream({ ...ask("one"), system: "Be brief." });
  const types: string[] = [];
  let started: Anthropic.Message | undefined;
  for await (const event of stream) {
    if (types.at(-1) !== event.type) types.push(event.type);
    if (event.type === "message_start") started = event.message;
  }
  const message = await stream.finalMessage();
  expect(types).toEqual([
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
  ]);
  expect(started?.usage.input_tokens).toBeGreaterThan(0);
  expect(await stream.finalText()).toBe(DIFFICULT_TEXT);
  expect(message).toMatchObject({ stop_reason: "end_turn", stop_sequence: null });
  expect(message.usage.output_tokens).toBeGreaterThan(10);
  expect(stream.request_id).toMatch(/^[0-9a-f-]{36}$/);
  expect(host.calls.map(({ params }) => params.systemPrompt)).toEqual(["Be brief."]);
});

verifies(["messages.sdk-anthropic", "messages.ping"], "a streamed answer after a wait", async () => {
  host.model = async ({ signal }) => {
    await setTimeout(LATE_MS, undefined, { signal });
    return answer("Slowly.", "maxTokens");
  };
  const response = await client.messages.create({ ...ask("two"), stream: true }).asResponse();
  const text = await response.text();
  expect(text.match(/^event: ping$/gm)?.length).toBeGreaterThan(2);
  expect(text.indexOf("event: message_start")).toBeLessThan(text.indexOf("event: ping"));

  const message = await client.messages.stream(ask("two")).finalMessage();
  expect(message.content).toMatchObject([{ type: "text", text: "Slowly." }]);
  expect(message.stop_reason).toBe("max_tokens");
});

verifies(["messages.sdk-anthropic", "messages.request-id"], "a plain answer with usage", async () => {
  const message = await client.messages.create(ask("three"));
  expect(message.content).toEqual([{ type: "text", text: DIFFICULT_TEXT }]);
  expect(message).toMatchObject({ type: "message", role: "assistant", model: "test/model" });
  expect(message.usage.input_tokens).toBeGreaterThan(0);
  expect(message.usage.output_tokens).toBeGreaterThan(10);
  expect(message._request_id).toMatch(/^[0-9a-f-]{36}$/);
});

verifies(
  ["messages.sdk-anthropic", "messages.images", "messages.tool-results", "messages.system"],
  "system, pictures, tool history and parameters reach the host",
  async () => {
    const source = { type: "base64", media_type: "image/png", data: PIXEL } as const;
    await client.messages.create({
      ...ask(""),
      max_tokens: 77,
      stop_sequences: ["STOP"],
      system: [
        { type: "text", text: "One.", cache_control: { type: "ephemeral" } },
        { type: "text", text: "Two." },
      ],
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "Look." },
            { type: "image", source },
          ],
        },
        { role: "assistant", content: [{ type: "tool_use", id: "toolu_1", name: "read", input: { a: 1 } }] },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "toolu_1", content: [{ type: "text", text: "forty-two" }] },
            { type: "text", text: "And now?" },
          ],
        },
      ],
    });
    const params = host.calls[0]?.params;
    expect(params).toMatchObject({ maxTokens: 77, systemPrompt: "One.\n\nTwo." });
    // Some hosts refuse the field; the bridge ends the answer itself.
    expect(params).not.toHaveProperty("stopSequences");
    const blocks = params?.messages.flatMap(({ content }) => content) ?? [];
    expect(blocks).toContainEqual({ type: "text", text: "Look." });
    expect(blocks).toContainEqual({ type: "image", mimeType: "image/png", data: PIXEL });
    const texts = blocks.map((block) => (block.type === "text" ? block.text : "")).join("\n");
    expect(texts).toMatch(/read[\s\S]*"a":1[\s\S]*forty-two[\s\S]*And now\?/);
  },
);

verifies("messages.stop-reasons", "a stop sequence ends the answer where the host ignores it", async () => {
  host.model = () => answer("before STOP after");
  for (const message of [
    await client.messages.create({ ...ask("four"), stop_sequences: ["STOP"] }),
    await client.messages.stream({ ...ask("four"), stop_sequences: ["STOP"] }).finalMessage(),
  ]) {
    expect(message.content).toMatchObject([{ type: "text", text: "before " }]);
    expect(message).toMatchObject({ stop_reason: "stop_sequence", stop_sequence: "STOP" });
  }
});

verifies("messages.sdk-anthropic", "many streams at once keep apart", async () => {
  host.model = (call) => answer(`You said: ${lastText(call)}`);
  const texts = await Promise.all(
    Array.from({ length: 12 }, (_, index) => client.messages.stream(ask(`number ${index}`)).finalText()),
  );
  expect(texts).toEqual(Array.from({ length: 12 }, (_, index) => `You said: number ${index}`));
});

verifies(
  ["messages.count-local", "messages.count-tokens"],
  "tokens are counted without the host",
  async () => {
    const messages: Anthropic.MessageParam[] = [{ role: "user", content: "How many tokens are in here?" }];
    const bare = await client.messages.countTokens({ model: "m", messages });
    const tools: Anthropic.Tool[] = [
      { name: "read", description: "Reads a file", input_schema: { type: "object" } },
    ];
    const more = await client.messages.countTokens({ model: "m", messages, tools, system: "Be brief." });
    expect(bare.input_tokens).toBeGreaterThan(5);
    expect(more.input_tokens).toBeGreaterThan(bare.input_tokens);
    const beta = await client.beta.messages.countTokens({ model: "m", messages });
    expect(beta.input_tokens).toBe(bare.input_tokens);
    expect(host.calls).toHaveLength(0);
  },
);

verifies(
  ["messages.error-body", "messages.no-retry", "messages.refusal-once"],
  "a refusal by the person is final",
  async () => {
    host.model = () => {
      throw new ProtocolError(-1, "User rejected sampling request");
    };
    for (const stream of [false, true]) {
      host.calls.length = 0;
      const failed = client.messages.create({ ...ask(`refuse ${stream}`), stream });
      await expect(failed).rejects.toBeInstanceOf(BadRequestError);
      await expect(failed).rejects.toMatchObject({ status: 400, type: "invalid_request_error" });
      expect(host.calls).toHaveLength(1);
    }
  },
);

verifies(
  ["messages.error-body", "messages.no-retry", "messages.request-id"],
  "a failure of the host has its status, and is asked for once more because it may have passed",
  async () => {
    host.model = () => {
      throw new ProtocolError(-32_000, "The model broke");
    };
    const failed = client.messages.create(ask("fail"));
    await expect(failed).rejects.toBeInstanceOf(InternalServerError);
    await expect(failed).rejects.toMatchObject({
      status: 502,
      type: "api_error",
      requestID: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(host.calls).toHaveLength(2);
  },
);

verifies(
  "messages.error-event",
  "a failure after the first byte is the SDK's error, with its type",
  async () => {
    host.model = async ({ signal }) => {
      await setTimeout(LATE_MS, undefined, { signal });
      throw new ProtocolError(-32_000, "The model broke late");
    };
    const failed = client.messages.stream(ask("fail late")).finalMessage();
    await expect(failed).rejects.toBeInstanceOf(APIError);
    await expect(failed).rejects.toMatchObject({ type: "overloaded_error" });
  },
);

verifies("messages.limits", "a malformed request is a BadRequestError that names the field", async () => {
  const failed = client.messages.create({ ...ask("x"), max_tokens: -1 });
  await expect(failed).rejects.toBeInstanceOf(BadRequestError);
  await expect(failed).rejects.toThrow(/max_tokens/);
  expect(host.calls).toHaveLength(0);
});

verifies(
  ["messages.thread", "messages.sdk-anthropic"],
  "the tool runner gives up threads and goes on",
  async () => {
    host.model = (call) => answer(`You said: ${lastText(call)}`);
    const failed = client.beta.messages.create({
      ...ask("x"),
      thread: { type: "create" },
      betas: ["message-threads-2026-08-12"],
    });
    await expect(failed).rejects.toBeInstanceOf(Anthropic.ThreadUnsupportedRequestError);
    expect(host.calls).toHaveLength(0);

    const message = await client.beta.messages.toolRunner({ ...ask("run"), tools: [] });
    expect(message.content).toMatchObject([{ type: "text", text: "You said: run" }]);
    expect(host.calls).toHaveLength(1);
  },
);

verifies("messages.abort", "leaving ends the turn at the host, streamed and not", async () => {
  for (const stream of [false, true]) {
    const asked = new Promise<AbortSignal>((resolve) => {
      host.model = (call) => {
        resolve(call.signal);
        return new Promise(() => undefined);
      };
    });
    const controller = new AbortController();
    const leaving = client.messages
      .create({ ...ask("never"), stream }, { signal: controller.signal })
      .then(async (reply) => {
        if ("controller" in reply) for await (const event of reply) expect(event).toBeDefined();
      })
      .catch((error: unknown) => error);
    const signal = await asked;
    const cancelled = new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    controller.abort();
    await cancelled;
    if (!stream) expect(await leaving).toBeInstanceOf(APIUserAbortError);
    await leaving;
  }
});

verifies("turn.strict-models", "an unknown model under strict names is the SDK's NotFoundError", async () => {
  const strict = await startClientHost(["--strict-models", "--model-alias", "fast=haiku"]);
  try {
    const sdk = new Anthropic({ baseURL: strict.url, apiKey: "unused" });
    const refused = sdk.messages.create({ ...ask("one"), model: "my-model" });
    await expect(refused).rejects.toBeInstanceOf(NotFoundError);
    await expect(refused).rejects.toMatchObject({ error: { error: { type: "not_found_error" } } });
    expect(strict.calls).toEqual([]);
    const names = (await sdk.models.list({}, { headers: { "anthropic-version": "2023-06-01" } })).data;
    expect(names.map(({ id }) => id)).toEqual(["auto", "test-host/auto", "fast"]);
  } finally {
    await strict.close();
  }
});
