/** The official `openai` package against the real program, with the official MCP client as host. */
import { setTimeout } from "node:timers/promises";
import { ProtocolError } from "@modelcontextprotocol/client";
import OpenAI, {
  APIError,
  APIUserAbortError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
} from "openai";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { answer, lastText, startClientHost, type ClientHost } from "../../support/hosts/client-host.ts";
import { DIFFICULT_TEXT, PIXEL } from "../../support/data/samples.ts";
import { verifies } from "../../support/verifies.ts";

/** Longer than the bridge waits for a verdict before it commits the status. */
const LATE_MS = 1500;

let host: ClientHost;
let client: OpenAI;

beforeAll(async () => {
  host = await startClientHost(["--heartbeat-ms", "100"]);
  client = new OpenAI({ baseURL: `${host.url}/v1`, apiKey: "unused" });
});
afterAll(() => host.close());
beforeEach(() => {
  host.calls.length = 0;
  host.model = () => answer(DIFFICULT_TEXT);
});

const question = (content: string): OpenAI.ChatCompletionMessageParam => ({ role: "user", content });

verifies("chat.sdk-openai", "a streamed answer", async () => {
  const stream = await client.chat.completions.create({
    model: "gpt-5",
    stream: true,
    messages: [{ role: "system", content: "Be brief." }, question("one")],
  });
  let text = "";
  const finished: string[] = [];
  const models: string[] = [];
  for await (const { choices, model, usage } of stream) {
    text += choices[0]?.delta.content ?? "";
    if (choices[0]?.finish_reason) finished.push(choices[0].finish_reason);
    models.push(model);
    expect(usage).toBeUndefined();
  }
  expect(text).toBe(DIFFICULT_TEXT);
  expect(finished).toEqual(["stop"]);
  expect(models.at(-1)).toBe("test/model");
  expect(host.calls.map(({ params }) => params.systemPrompt)).toEqual(["Be brief."]);
});

verifies(["chat.sdk-openai", "chat.usage-asked"], "the stream helper, with usage, after a wait", async () => {
  host.model = async ({ signal }) => {
    await setTimeout(LATE_MS, undefined, { signal });
    return answer("Slowly.", "maxTokens");
  };
  const stream = client.chat.completions.stream({
    model: "gpt-5",
    max_tokens: 5,
    stream_options: { include_usage: true },
    messages: [question("two")],
  });
  let empty = 0;
  stream.on("chunk", ({ choices }) => {
    if (choices[0]?.finish_reason === null && Object.keys(choices[0].delta).length === 0) empty += 1;
  });
  const completion = await stream.finalChatCompletion();
  expect(completion.choices[0]?.message.content).toBe("Slowly.");
  expect(completion.choices[0]?.finish_reason).toBe("length");
  expect(completion.usage?.completion_tokens).toBeGreaterThan(0);
  expect(completion.usage?.prompt_tokens).toBeGreaterThan(0);
  expect(empty).toBeGreaterThan(2);
});

verifies("chat.sdk-openai", "a plain answer with usage", async () => {
  const completion = await client.chat.completions.create({ model: "gpt-5", messages: [question("three")] });
  expect(completion.choices).toHaveLength(1);
  expect(completion.choices[0]?.message.content).toBe(DIFFICULT_TEXT);
  expect(completion.choices[0]?.finish_reason).toBe("stop");
  const {
    prompt_tokens: prompt = 0,
    completion_tokens: output = 0,
    total_tokens: total,
  } = completion.usage ?? {};
  expect(prompt).toBeGreaterThan(0);
  expect(output).toBeGreaterThan(10);
  expect(total).toBe(prompt + output);
  expect(completion._request_id).toMatch(/^[0-9a-f-]{36}$/);
});

verifies(
  ["chat.sdk-openai", "chat.images", "chat.limits"],
  "pictures and parameters reach the host",
  async () => {
    await client.chat.completions.create({
      model: "gpt-5",
      max_completion_tokens: 77,
      temperature: 0.5,
      stop: ["STOP"],
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image_url", image_url: { url: `data:image/png;base64,${PIXEL}` } },
          ],
        },
      ],
    });
    const params = host.calls[0]?.params;
    expect(params).toMatchObject({ maxTokens: 77, temperature: 0.5 });
    // The bridge cuts there itself: a host that is not known to honour them may refuse the field.
    expect(params).not.toHaveProperty("stopSequences");
    expect(params?.modelPreferences?.hints?.[0]).toEqual({ name: "gpt-5" });
    const blocks = params?.messages.flatMap(({ content }) => content) ?? [];
    expect(blocks).toContainEqual({ type: "text", text: "What is this?" });
    expect(blocks).toContainEqual({ type: "image", mimeType: "image/png", data: PIXEL });
  },
);

verifies("chat.sdk-openai", "many streams at once keep apart", async () => {
  host.model = (call) => answer(`You said: ${lastText(call)}`);
  const texts = await Promise.all(
    Array.from({ length: 12 }, async (_, index) => {
      const stream = client.chat.completions.stream({
        model: "auto",
        messages: [question(`number ${index}`)],
      });
      return stream.finalContent();
    }),
  );
  expect(texts).toEqual(Array.from({ length: 12 }, (_, index) => `You said: number ${index}`));
});

verifies(
  ["chat.error-body", "chat.no-retry", "chat.refusal-once"],
  "a refusal by the person is final",
  async () => {
    host.model = () => {
      throw new ProtocolError(-1, "User rejected sampling request");
    };
    for (const stream of [false, true]) {
      host.calls.length = 0;
      const failed = client.chat.completions.create({
        model: "gpt-5",
        stream,
        messages: [question(`refuse ${stream}`)],
      });
      await expect(failed).rejects.toBeInstanceOf(BadRequestError);
      await expect(failed).rejects.toMatchObject({ status: 400, code: "consent_denied" });
      expect(host.calls).toHaveLength(1);
    }
  },
);

verifies(
  ["chat.error-body", "chat.no-retry"],
  "a failure of the host has its status, and what may have passed by itself is tried once more",
  async () => {
    host.model = () => {
      throw new ProtocolError(-32_000, "The model broke");
    };
    const failed = client.chat.completions.create({ model: "gpt-5", messages: [question("fail")] });
    await expect(failed).rejects.toBeInstanceOf(InternalServerError);
    await expect(failed).rejects.toMatchObject({ status: 502, type: "server_error", code: "host_failed" });
    expect(host.calls).toHaveLength(2);
  },
);

verifies("chat.error-frame", "a failure after the first byte is the SDK's error, with its code", async () => {
  host.model = async ({ signal }) => {
    await setTimeout(LATE_MS, undefined, { signal });
    throw new ProtocolError(-32_000, "The model broke late");
  };
  const stream = await client.chat.completions.create({
    model: "gpt-5",
    stream: true,
    messages: [question("fail late")],
  });
  const read = async (): Promise<void> => {
    for await (const chunk of stream) expect(chunk.choices[0]?.finish_reason).toBeNull();
  };
  const reading = read();
  await expect(reading).rejects.toBeInstanceOf(APIError);
  await expect(reading).rejects.toMatchObject({ code: "host_failed", type: "server_error" });
});

verifies("chat.error-body", "a malformed request is a BadRequestError that names the field", async () => {
  const failed = client.chat.completions.create({ model: "gpt-5", messages: [], n: 1 });
  await expect(failed).rejects.toBeInstanceOf(BadRequestError);
  await expect(failed).rejects.toMatchObject({ param: "messages", type: "invalid_request_error" });
  expect(host.calls).toHaveLength(0);
});

verifies("chat.abort", "leaving ends the turn at the host, streamed and not", async () => {
  for (const stream of [false, true]) {
    const asked = new Promise<AbortSignal>((resolve) => {
      host.model = (call) => {
        resolve(call.signal);
        return new Promise(() => undefined);
      };
    });
    const controller = new AbortController();
    const leaving = client.chat.completions
      .create({ model: "gpt-5", stream, messages: [question("never")] }, { signal: controller.signal })
      .then(async (reply) => {
        if ("controller" in reply) for await (const chunk of reply) expect(chunk).toBeDefined();
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

verifies("chat.sdk-openai", "the models are listed", async () => {
  await client.chat.completions.create({ model: "gpt-5", messages: [question("x")] });
  const ids: string[] = [];
  for await (const model of client.models.list()) ids.push(model.id);
  expect(ids).toContain("auto");
  expect(ids).toContain("test/model");
  expect((await client.models.retrieve("test/model")).object).toBe("model");
});

verifies("turn.strict-models", "an unknown model under strict names is the SDK's NotFoundError", async () => {
  const strict = await startClientHost(["--strict-models", "--model-alias", "fast=haiku"]);
  try {
    const sdk = new OpenAI({ baseURL: `${strict.url}/v1`, apiKey: "unused" });
    const messages = [question("one")];
    const refused = sdk.chat.completions.create({ model: "my-model", messages });
    await expect(refused).rejects.toBeInstanceOf(NotFoundError);
    await expect(refused).rejects.toMatchObject({ code: "model_not_found", param: "model" });
    await expect(sdk.responses.create({ model: "my-model", input: "one" })).rejects.toMatchObject({
      status: 404,
      code: "model_not_found",
    });
    expect(strict.calls).toEqual([]);
    const names = (await sdk.models.list()).data.map(({ id }) => id);
    expect(names).toEqual(["auto", "test-host/auto", "fast"]);
    expect(await sdk.models.retrieve("fast")).toMatchObject({ mcp: { stands_for: ["haiku"] } });
  } finally {
    await strict.close();
  }
});
