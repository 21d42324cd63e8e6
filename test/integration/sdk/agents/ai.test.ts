/** Vercel's `ai` with each of its providers on both kinds of host: tools in a loop, and objects. */
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateObject, generateText, stepCountIs, streamText, tool, type LanguageModel } from "ai";
import { afterAll, beforeAll, describe, expect, vi } from "vitest";
import * as z from "zod";
import { answer } from "../../../support/hosts/scripts.ts";
import {
  HOST_KINDS,
  startToolHost,
  sunnyIn,
  weatherModel,
  type ToolHost,
} from "../../../support/hosts/tool-hosts.ts";
import { verifies } from "../../../support/verifies.ts";

const models: Record<string, (url: string) => LanguageModel> = {
  "@ai-sdk/openai-compatible": (baseURL) =>
    createOpenAICompatible({
      name: "bridge",
      baseURL,
      apiKey: "none",
      includeUsage: true,
      supportsStructuredOutputs: true,
    })("auto"),
  "@ai-sdk/openai, chat": (baseURL) => createOpenAI({ baseURL, apiKey: "none" }).chat("auto"),
  "@ai-sdk/openai, responses": (baseURL) => createOpenAI({ baseURL, apiKey: "none" }).responses("auto"),
  "@ai-sdk/anthropic": (baseURL) => createAnthropic({ baseURL, apiKey: "none" })("auto"),
};

const tools = {
  get_weather: tool({
    description: "The weather of a city.",
    inputSchema: z.object({ city: z.string() }),
    execute: ({ city }) => sunnyIn(city),
  }),
};

describe.each(HOST_KINDS)("on a host of kind %s", (kind) => {
  let running: ToolHost;

  beforeAll(async () => {
    vi.stubGlobal("AI_SDK_LOG_WARNINGS", false);
    running = await startToolHost(kind);
  });
  afterAll(() => running.bridge.stop());

  describe.each(Object.entries(models))("%s", (_name, modelAt) => {
    const question = (): Parameters<typeof generateText>[0] => ({
      model: modelAt(`${running.url}/v1`),
      prompt: "What is the weather in Bern and Oslo?",
      tools,
      stopWhen: stepCountIs(4),
      maxRetries: 0,
    });

    verifies(
      ["chat.sdk-tools", "messages.sdk-tools", "responses.sdk"],
      "parallel calls in a loop",
      async () => {
        running.host.script = weatherModel(running);
        const { text, steps } = await generateText(question());
        expect(text).toBe("Sunny in both.");
        expect(steps.map(({ finishReason }) => finishReason)).toEqual(["tool-calls", "stop"]);
        expect(steps[0]?.toolCalls).toHaveLength(2);
        expect(steps[0]?.text).toBe("Let me look.");
      },
    );

    verifies(
      ["chat.sdk-tools", "messages.sdk-tools", "responses.sdk"],
      "parallel calls in a loop, streamed",
      async () => {
        running.host.script = weatherModel(running);
        const result = streamText(question());
        expect(await result.text).toBe("Sunny in both.");
        const steps = await result.steps;
        expect(steps.map(({ finishReason }) => finishReason)).toEqual(["tool-calls", "stop"]);
        expect(steps[0]?.toolResults.map(({ output }) => output)).toEqual([sunnyIn("Bern"), sunnyIn("Oslo")]);
      },
    );

    verifies(["chat.sdk-tools", "messages.sdk-tools", "responses.sdk"], "an object", async () => {
      // The provider may ask for the object as a tool call where its API has no format of its own for it.
      running.host.script = (call) => {
        const text = JSON.stringify(call.params);
        const input = { name: "Bern", people: 134_000 };
        const asked = /"name":"json"|\\"name\\":\\"json\\"/.test(text);
        return asked
          ? running.calling("", { name: "json", input })(call)
          : answer(JSON.stringify(input))(call);
      };
      const { object } = await generateObject({
        model: modelAt(`${running.url}/v1`),
        prompt: "Bern?",
        schema: z.object({ name: z.string(), people: z.number() }),
        maxRetries: 0,
      });
      expect(object).toEqual({ name: "Bern", people: 134_000 });
    });
  });
});
