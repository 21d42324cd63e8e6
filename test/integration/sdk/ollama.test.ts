/** The official `ollama` package against the real program, with the official MCP client as host. */
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { ProtocolError } from "@modelcontextprotocol/client";
import { Ollama, type ChatResponse } from "ollama";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { answer, lastText, startClientHost, type ClientHost } from "../../support/hosts/client-host.ts";
import { DIFFICULT_TEXT, PIXEL } from "../../support/data/samples.ts";
import { verifies } from "../../support/verifies.ts";

/** Longer than the bridge waits for a verdict before it commits the status. */
const LATE_MS = 1500;

let host: ClientHost;
let client: Ollama;

beforeAll(async () => {
  host = await startClientHost(["--heartbeat-ms", "100"]);
  client = new Ollama({ host: host.url });
});
afterAll(() => host.close());
beforeEach(() => {
  host.calls.length = 0;
  host.model = () => answer(DIFFICULT_TEXT);
});

const user = (content: string, images?: string[]): { role: string; content: string; images?: string[] } => ({
  role: "user",
  content,
  ...(images !== undefined && { images }),
});

async function all<Response>(stream: AsyncIterable<Response>): Promise<Response[]> {
  const responses: Response[] = [];
  for await (const response of stream) responses.push(response);
  return responses;
}

async function streamed(content: string): Promise<ChatResponse[]> {
  return all(await client.chat({ model: "auto", messages: [user(content)], stream: true }));
}

const textOf = (responses: readonly ChatResponse[]): string =>
  responses.map(({ message }) => message.content).join("");

verifies(["ollama.sdk", "ollama.usage", "ollama.finish"], "a streamed answer", async () => {
  const stream = await client.chat({
    model: "llama3.2:latest",
    messages: [{ role: "system", content: "Be brief." }, user("one")],
    stream: true,
  });
  const responses = await all(stream);
  expect(textOf(responses)).toBe(DIFFICULT_TEXT);
  expect(responses.slice(0, -1).every(({ done }) => !done)).toBe(true);
  const last = responses.at(-1);
  expect(last).toMatchObject({ done: true, done_reason: "stop", model: "test/model", estimated: true });
  expect(last?.prompt_eval_count).toBeGreaterThan(0);
  expect(last?.eval_count).toBeGreaterThan(10);
  const { total_duration: total = 0, prompt_eval_duration: first, eval_duration: rest } = last ?? {};
  expect(Number.isInteger(total) && total > 0).toBe(true);
  expect((first ?? 0) + (rest ?? 0)).toBe(total);
  expect(host.calls.map(({ params }) => params.systemPrompt)).toEqual(["Be brief."]);
  expect(host.calls[0]?.params.modelPreferences?.hints?.map(({ name }) => name)).toContain("llama3.2");
});

verifies(["ollama.sdk", "ollama.usage"], "a plain answer", async () => {
  const response = await client.chat({ model: "auto", messages: [user("two")] });
  expect(response.message).toEqual({ role: "assistant", content: DIFFICULT_TEXT });
  expect(response).toMatchObject({ done: true, done_reason: "stop" });
  expect(response.eval_count).toBeGreaterThan(10);
  expect(response.total_duration).toBeGreaterThan(0);
});

verifies("ollama.keep-alive", "the package reads the keep-alives of a wait as no text", async () => {
  host.model = async ({ signal }) => {
    await setTimeout(LATE_MS, undefined, { signal });
    return answer("Slowly.", "maxTokens");
  };
  const stream = await client.chat({
    model: "auto",
    messages: [user("three")],
    stream: true,
    options: { num_predict: 5 },
  });
  const responses = await all(stream);
  expect(textOf(responses)).toBe("Slowly.");
  expect(responses.at(-1)?.done_reason).toBe("length");
  expect(responses.filter(({ message }) => message.content === "").length).toBeGreaterThan(3);
});

verifies(["ollama.generate", "ollama.sdk"], "a prompt is generated from, streamed and whole", async () => {
  const asked = { model: "auto", prompt: "What is this?", system: "Be brief.", images: [PIXEL] };
  const responses = await all(await client.generate({ ...asked, stream: true }));
  expect(responses.map(({ response }) => response).join("")).toBe(DIFFICULT_TEXT);
  expect(responses.at(-1)).toMatchObject({ done: true, done_reason: "stop" });
  expect((await client.generate(asked)).response).toBe(DIFFICULT_TEXT);
  for (const { params } of host.calls) {
    expect(params.systemPrompt).toBe("Be brief.");
    expect(params.messages.flatMap(({ content }) => content)).toEqual([
      { type: "text", text: "What is this?" },
      { type: "image", mimeType: "image/png", data: PIXEL },
    ]);
  }
});

verifies(["ollama.messages", "ollama.options"], "pictures and options reach the host", async () => {
  await client.chat({
    model: "gemini-2.5-flash",
    messages: [user("What is this?", [PIXEL])],
    options: { num_predict: 77, temperature: 0.5, stop: ["STOP"], seed: 4 },
  });
  const params = host.calls[0]?.params;
  expect(params).toMatchObject({ maxTokens: 77, temperature: 0.5 });
  const blocks = params?.messages.flatMap(({ content }) => content) ?? [];
  expect(blocks).toContainEqual({ type: "image", mimeType: "image/png", data: PIXEL });
});

verifies("ollama.sdk", "many streams at once keep apart", async () => {
  host.model = (call) => answer(`You said: ${lastText(call)}`);
  const texts = await Promise.all(
    Array.from({ length: 8 }, async (_, index) => textOf(await streamed(`number ${index}`))),
  );
  expect(texts).toEqual(Array.from({ length: 8 }, (_, index) => `You said: number ${index}`));
});

verifies("ollama.errors", "a refusal by the person, before the first byte", async () => {
  host.model = () => {
    throw new ProtocolError(-1, "User rejected sampling request");
  };
  const failed = { name: "ResponseError", status_code: 400 };
  await expect(streamed("no")).rejects.toMatchObject(failed);
  await expect(client.generate({ model: "auto", prompt: "no" })).rejects.toMatchObject(failed);
});

verifies("ollama.errors", "the same after the first byte", async () => {
  host.model = async ({ signal }) => {
    await setTimeout(LATE_MS, undefined, { signal });
    throw new ProtocolError(-1, "User rejected sampling request");
  };
  await expect(streamed("no, later")).rejects.toThrow(/refused|rejected/i);
});

verifies(["ollama.errors", "ollama.messages"], "what the request has wrong is named", async () => {
  await expect(
    client.chat({ model: "auto", messages: [user("look", ["https://a.example/b.png"])] }),
  ).rejects.toMatchObject({
    status_code: 400,
    message: expect.stringContaining("messages.0.images.0") as string,
  });
});

verifies("ollama.cancel", "a client that leaves a stream cancels its turn at the host", async () => {
  let over: Promise<unknown> = Promise.resolve();
  host.model = async ({ signal }) => {
    over = once(signal, "abort");
    await over;
    return answer("Too late.");
  };
  const stream = await client.chat({ model: "auto", messages: [user("five")], stream: true });
  await stream[Symbol.asyncIterator]().next();
  stream.abort();
  await over;
});

verifies(
  ["ollama.models", "ollama.probes", "ollama.tags"],
  "what programs ask before they begin",
  async () => {
    expect((await client.version()).version).toMatch(/^\d+\.\d+\.\d+$/);
    const { models } = await client.list();
    expect(models.map(({ name }) => name)).toContain("auto");
    expect(models.every(({ digest }) => /^[0-9a-f]{64}$/.test(digest))).toBe(true);
    expect((await client.ps()).models.map(({ name }) => name)).toEqual(models.map(({ name }) => name));
    const { capabilities } = await client.show({ model: "auto:latest" });
    expect(capabilities).toEqual(expect.arrayContaining(["completion", "tools"]));
    await expect(client.show({ model: "nobody" })).rejects.toMatchObject({ status_code: 404 });
    expect((await client.pull({ model: "auto" })).status).toBe("success");
    expect(await all(await client.pull({ model: "auto", stream: true }))).toEqual([{ status: "success" }]);
    await expect(client.pull({ model: "nobody" })).rejects.toMatchObject({ status_code: 404 });
    expect(host.calls).toEqual([]);
  },
);

verifies("ollama.load", "a model is loaded and let go without a host", async () => {
  const load = { model: "auto", messages: [] };
  expect(await client.chat(load)).toMatchObject({ done: true, done_reason: "load" });
  expect(
    await all(await client.generate({ model: "auto", prompt: "", keep_alive: 0, stream: true })),
  ).toMatchObject([{ done: false }, { done: true, done_reason: "unload", response: "" }]);
  expect(host.calls).toEqual([]);
});

verifies("ollama.refused", "what lent models cannot do is refused with what to do instead", async () => {
  for (const [call, words] of [
    [() => client.embed({ model: "auto", input: "six" }), /ask a service for embeddings/],
    [() => client.embeddings({ model: "auto", prompt: "six" }), /ask a service for embeddings/],
    [() => client.create({ model: "mine", from: "auto" }), /GET \/api\/tags/],
    [() => client.copy({ source: "auto", destination: "mine" }), /GET \/api\/tags/],
    [() => client.push({ model: "auto" }), /GET \/api\/tags/],
    [() => client.delete({ model: "auto" }), /GET \/api\/tags/],
  ] as const) {
    await expect(call()).rejects.toMatchObject({
      status_code: 400,
      message: expect.stringMatching(words) as string,
    });
  }
});
