/** Vercel's `ai` package with each of its providers against the real program. */
import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { ProtocolError } from "@modelcontextprotocol/client";
import { APICallError, generateText, streamText, type LanguageModel } from "ai";
import { afterAll, beforeAll, beforeEach, describe, expect, vi } from "vitest";
import { answer, startClientHost, type ClientHost } from "../../support/hosts/client-host.ts";
import { DIFFICULT_TEXT, PIXEL } from "../../support/data/samples.ts";
import { verifies } from "../../support/verifies.ts";

let host: ClientHost;

beforeAll(async () => {
  vi.stubGlobal("AI_SDK_LOG_WARNINGS", false);
  host = await startClientHost(["--heartbeat-ms", "100"]);
});
afterAll(() => host.close());
beforeEach(() => {
  host.calls.length = 0;
  host.model = () => answer(DIFFICULT_TEXT);
});

const models: Record<string, { of: () => LanguageModel; denied: number }> = {
  "@ai-sdk/openai-compatible": {
    of: () =>
      createOpenAICompatible({
        name: "bridge",
        baseURL: `${host.url}/v1`,
        apiKey: "unused",
        includeUsage: true,
      })("auto"),
    denied: 400,
  },
  "@ai-sdk/openai": {
    of: () => createOpenAI({ baseURL: `${host.url}/v1`, apiKey: "unused" }).chat("auto"),
    denied: 400,
  },
  "@ai-sdk/anthropic": {
    of: () => createAnthropic({ baseURL: `${host.url}/v1`, apiKey: "unused" })("auto"),
    denied: 400,
  },
  "@ai-sdk/google": {
    of: () => createGoogleGenerativeAI({ baseURL: `${host.url}/v1beta`, apiKey: "unused" })("auto"),
    denied: 400,
  },
};

describe.each(Object.entries(models))("%s", (_name, { of, denied }) => {
  verifies(["chat.sdk-ai", "messages.sdk-ai", "gemini.sdk-ai"], "a streamed answer with usage", async () => {
    const result = streamText({ model: of(), system: "Be brief.", prompt: "one" });
    let text = "";
    for await (const piece of result.textStream) text += piece;
    expect(text).toBe(DIFFICULT_TEXT);
    expect(await result.finishReason).toBe("stop");
    const usage = await result.usage;
    expect(usage.inputTokens).toBeGreaterThan(0);
    expect(usage.outputTokens).toBeGreaterThan(10);
    expect(host.calls.map(({ params }) => params.systemPrompt)).toEqual(["Be brief."]);
  });

  verifies(["chat.sdk-ai", "messages.sdk-ai", "gemini.sdk-ai"], "a plain answer to a picture", async () => {
    const result = await generateText({
      model: of(),
      maxOutputTokens: 50,
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image", image: PIXEL, mediaType: "image/png" },
          ],
        },
      ],
    });
    expect(result.text).toBe(DIFFICULT_TEXT);
    expect(result.finishReason).toBe("stop");
    expect(result.usage.outputTokens).toBeGreaterThan(10);
    const params = host.calls[0]?.params;
    expect(params?.maxTokens).toBe(50);
    const blocks = params?.messages.flatMap(({ content }) => content) ?? [];
    expect(blocks).toContainEqual({ type: "image", mimeType: "image/png", data: PIXEL });
  });

  verifies(["chat.sdk-ai", "messages.sdk-ai", "gemini.sdk-ai"], "an answer that was cut off", async () => {
    host.model = () => answer("cut", "maxTokens");
    const result = streamText({ model: of(), prompt: "two" });
    expect(await result.text).toBe("cut");
    expect(await result.finishReason).toBe("length");
  });

  verifies(
    ["chat.no-retry", "messages.no-retry", "gemini.no-retry"],
    "a refusal by the person is asked for once",
    async () => {
      host.model = () => {
        throw new ProtocolError(-1, "User rejected sampling request");
      };
      const failed = generateText({ model: of(), prompt: `refuse ${_name}` });
      await expect(failed).rejects.toBeInstanceOf(APICallError);
      await expect(failed).rejects.toMatchObject({ statusCode: denied, isRetryable: false });
      expect(host.calls).toHaveLength(1);
    },
  );
});
