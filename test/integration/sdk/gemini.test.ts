/** The official `@google/genai` package against the real program, with the official MCP client as host. */
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { ApiError, GoogleGenAI, type GenerateContentResponse } from "@google/genai";
import { ProtocolError } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { answer, lastText, startClientHost, type ClientHost } from "../../support/hosts/client-host.ts";
import { DIFFICULT_TEXT, PIXEL } from "../../support/data/samples.ts";
import { verifies } from "../../support/verifies.ts";

/** Longer than the bridge waits for a verdict before it commits the status. */
const LATE_MS = 1500;

let host: ClientHost;
let client: GoogleGenAI;

beforeAll(async () => {
  host = await startClientHost(["--heartbeat-ms", "100"]);
  client = clientAt(host.url);
});
afterAll(() => host.close());
beforeEach(() => {
  host.calls.length = 0;
  host.model = () => answer(DIFFICULT_TEXT);
});

function clientAt(baseUrl: string): GoogleGenAI {
  return new GoogleGenAI({ apiKey: "unused", httpOptions: { baseUrl } });
}

/** The error of a call that fails, and Google's object in it. */
async function failure(call: Promise<unknown>): Promise<{ status: number; error: Record<string, unknown> }> {
  const thrown: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof ApiError)) throw new Error(`No ApiError: ${String(thrown)}`);
  const { error } = JSON.parse(thrown.message.slice(thrown.message.indexOf("{"))) as {
    error: Record<string, unknown>;
  };
  return { status: thrown.status, error };
}

async function all(stream: AsyncIterable<GenerateContentResponse>): Promise<GenerateContentResponse[]> {
  const chunks: GenerateContentResponse[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

const textOf = (chunks: readonly GenerateContentResponse[]): string =>
  chunks.map(({ text = "" }) => text).join("");

verifies(["gemini.sdk", "gemini.usage", "gemini.finish"], "a streamed answer", async () => {
  const chunks = await all(
    await client.models.generateContentStream({
      model: "gemini-2.5-pro",
      contents: "one",
      config: { systemInstruction: "Be brief." },
    }),
  );
  expect(textOf(chunks)).toBe(DIFFICULT_TEXT);
  const last = chunks.at(-1);
  expect(chunks.flatMap(({ candidates }) => candidates?.[0]?.finishReason ?? [])).toEqual(["STOP"]);
  expect(last?.candidates?.[0]?.finishReason).toBe("STOP");
  expect(last?.modelVersion).toBe("test/model");
  const { promptTokenCount: prompt = 0, candidatesTokenCount: output = 0 } = last?.usageMetadata ?? {};
  expect(prompt).toBeGreaterThan(0);
  expect(output).toBeGreaterThan(10);
  expect(last?.usageMetadata).toMatchObject({ totalTokenCount: prompt + output, estimated: true });
  expect(host.calls.map(({ params }) => params.systemPrompt)).toEqual(["Be brief."]);
});

verifies(["gemini.sdk", "gemini.usage"], "a plain answer", async () => {
  const response = await client.models.generateContent({ model: "auto", contents: "two" });
  expect(response.text).toBe(DIFFICULT_TEXT);
  expect(response.candidates).toHaveLength(1);
  expect(response.candidates?.[0]?.finishReason).toBe("STOP");
  expect(response.usageMetadata?.totalTokenCount).toBeGreaterThan(10);
  expect(response.responseId).toMatch(/^[0-9a-f]{32}$/);
});

verifies(["gemini.keep-alive", "gemini.sdk"], "the package counts the keep-alives of a wait", async () => {
  host.model = async ({ signal }) => {
    await setTimeout(LATE_MS, undefined, { signal });
    return answer("Slowly.", "maxTokens");
  };
  const chunks = await all(
    await client.models.generateContentStream({
      model: "auto",
      contents: "three",
      config: { maxOutputTokens: 5 },
    }),
  );
  expect(textOf(chunks)).toBe("Slowly.");
  expect(chunks.at(-1)?.candidates?.[0]?.finishReason).toBe("MAX_TOKENS");
  expect(chunks.filter(({ text }) => text === "").length).toBeGreaterThan(3);
});

verifies(["gemini.chat-history"], "a chat goes on, whatever pieces its answers came in", async () => {
  host.model = async (call) => {
    await setTimeout(LATE_MS, undefined, { signal: call.signal });
    return answer(`You said: ${lastText(call)}. That is all.`);
  };
  const chat = client.chats.create({ model: "auto" });
  expect(textOf(await all(await chat.sendMessageStream({ message: "alpha" })))).toContain("alpha");
  host.model = () => answer("Yes.");
  expect((await chat.sendMessage({ message: "beta" })).text).toBe("Yes.");
  const { messages = [] } = host.calls.at(-1)?.params ?? {};
  expect(messages.map(({ role, content }) => [role, content])).toEqual([
    ["user", { type: "text", text: "alpha" }],
    ["assistant", { type: "text", text: "You said: alpha. That is all." }],
    ["user", { type: "text", text: "beta" }],
  ]);
});

verifies(["gemini.contents", "gemini.settings"], "pictures and settings reach the host", async () => {
  await client.models.generateContent({
    model: "gemini-2.5-flash",
    contents: ["What is this?", { inlineData: { mimeType: "image/png", data: PIXEL } }],
    config: { maxOutputTokens: 77, temperature: 0.5, stopSequences: ["STOP"], topP: 0.9 },
  });
  const params = host.calls[0]?.params;
  expect(params).toMatchObject({ maxTokens: 77, temperature: 0.5 });
  expect(params?.modelPreferences?.hints?.map(({ name }) => name)).toContain("flash");
  const blocks = params?.messages.flatMap(({ content }) => content) ?? [];
  expect(blocks).toContainEqual({ type: "text", text: "What is this?" });
  expect(blocks).toContainEqual({ type: "image", mimeType: "image/png", data: PIXEL });
});

verifies("gemini.sdk", "many streams at once keep apart", async () => {
  host.model = (call) => answer(`You said: ${lastText(call)}`);
  const texts = await Promise.all(
    Array.from({ length: 8 }, async (_, index) =>
      textOf(
        await all(await client.models.generateContentStream({ model: "auto", contents: `number ${index}` })),
      ),
    ),
  );
  expect(texts).toEqual(Array.from({ length: 8 }, (_, index) => `You said: number ${index}`));
});

verifies("gemini.addresses", "the package finds its way from every base URL and version", async () => {
  for (const [baseUrl, apiVersion] of [
    [`${host.url}/v1`, undefined],
    [`${host.url}/v1beta/`, undefined],
    [host.url, "v1"],
    [host.url, "v1alpha"],
  ] as const) {
    const other = new GoogleGenAI({
      apiKey: "unused",
      httpOptions: { baseUrl },
      ...(apiVersion !== undefined && { apiVersion }),
    });
    const { text } = await other.models.generateContent({ model: "copilot/qwen3:8b", contents: "four" });
    expect(text).toBe(DIFFICULT_TEXT);
  }
});

verifies(["gemini.errors", "gemini.no-retry"], "a refusal by the person, before the first byte", async () => {
  host.model = () => {
    throw new ProtocolError(-1, "User rejected sampling request");
  };
  for (const method of ["generateContent", "generateContentStream"] as const) {
    const { status, error } = await failure(
      client.models[method]({ model: "auto", contents: `no ${method}` }),
    );
    expect([status, error["code"], error["status"]]).toEqual([400, 400, "FAILED_PRECONDITION"]);
    expect(error["details"]).toContainEqual({
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: "CONSENT_DENIED",
      domain: "mcp-token-bridge",
    });
  }
});

verifies("gemini.errors", "the same after the first byte", async () => {
  host.model = async ({ signal }) => {
    await setTimeout(LATE_MS, undefined, { signal });
    throw new ProtocolError(-1, "User rejected sampling request");
  };
  const stream = await client.models.generateContentStream({ model: "auto", contents: "no, later" });
  const { status, error } = await failure(all(stream));
  expect([status, error["status"]]).toEqual([400, "FAILED_PRECONDITION"]);
});

verifies(["gemini.errors", "gemini.contents"], "what the request has wrong is named", async () => {
  const part = { fileData: { fileUri: "https://a.example/b.pdf", mimeType: "application/pdf" } };
  const { status, error } = await failure(client.models.generateContent({ model: "auto", contents: part }));
  expect([status, error["status"]]).toEqual([400, "INVALID_ARGUMENT"]);
  expect(error["message"]).toContain("contents.0.parts.0.fileData");
  expect(error["details"]).toMatchObject([
    { reason: "UNSUPPORTED_FEATURE" },
    { fieldViolations: [{ field: "contents.0.parts.0.fileData" }] },
  ]);
});

verifies("gemini.cancel", "a client that leaves a stream cancels its turn at the host", async () => {
  let over: Promise<unknown> = Promise.resolve();
  host.model = async ({ signal }) => {
    over = once(signal, "abort");
    await over;
    return answer("Too late.");
  };
  const leaving = new AbortController();
  const stream = await client.models.generateContentStream({
    model: "auto",
    contents: "five",
    config: { abortSignal: leaving.signal },
  });
  await stream.next();
  leaving.abort();
  await expect(all(stream)).rejects.toThrow();
  await over;
});

verifies(["gemini.models", "gemini.count-tokens"], "models and tokens", async () => {
  const listed = [];
  for await (const model of await client.models.list()) listed.push(model);
  expect(listed.map(({ name }) => name)).toContain("models/auto");
  const auto = await client.models.get({ model: "auto" });
  expect(auto.supportedActions).toContain("generateContent");
  const { status } = await failure(client.models.get({ model: "nobody" }));
  expect(status).toBe(404);
  const { totalTokens = 0 } = await client.models.countTokens({
    model: "auto",
    contents: DIFFICULT_TEXT.repeat(10),
  });
  expect(totalTokens).toBeGreaterThan(100);
  expect(host.calls).toEqual([]);
});

verifies("gemini.refused-methods", "embeddings are refused with what to do instead", async () => {
  const { status, error } = await failure(client.models.embedContent({ model: "auto", contents: "six" }));
  expect(status).toBe(400);
  expect(error["message"]).toMatch(/ask a service for embeddings/);
});
