/** OpenAI's `@openai/agents` on both kinds of host, over chat and over responses. Tracing, which would call out, is off. */
import {
  Agent,
  OpenAIChatCompletionsModel,
  OpenAIResponsesModel,
  Runner,
  tool,
  type Model,
} from "@openai/agents";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect } from "vitest";
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

const models: Record<string, (client: OpenAI) => Model> = {
  chat: (client) => new OpenAIChatCompletionsModel(client, "auto"),
  responses: (client) => new OpenAIResponsesModel(client, "auto"),
};

const weather = tool({
  name: "get_weather",
  description: "The weather of a city.",
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => sunnyIn(city),
});

const runner = new Runner({ tracingDisabled: true });

describe.each(HOST_KINDS)("on a host of kind %s", (kind) => {
  let running: ToolHost;
  let client: OpenAI;

  beforeAll(async () => {
    running = await startToolHost(kind);
    client = new OpenAI({ baseURL: `${running.url}/v1`, apiKey: "none", maxRetries: 0 });
  });
  afterAll(() => running.bridge.stop());

  describe.each(Object.entries(models))("%s", (_name, modelWith) => {
    const prompt = "What is the weather in Bern and Oslo?";
    const agent = (): Agent => new Agent({ name: "Weather", model: modelWith(client), tools: [weather] });

    verifies(["chat.sdk-tools", "responses.sdk"], "parallel calls", async () => {
      running.host.script = weatherModel(running);
      const { finalOutput, newItems } = await runner.run(agent(), prompt);
      expect(finalOutput).toBe("Sunny in both.");
      expect(newItems.filter(({ type }) => type === "tool_call_item")).toHaveLength(2);
    });

    verifies(["chat.sdk-tools", "responses.sdk"], "parallel calls, streamed", async () => {
      running.host.script = weatherModel(running);
      const result = await runner.run(agent(), prompt, { stream: true });
      await result.completed;
      expect(result.finalOutput).toBe("Sunny in both.");
    });

    verifies(["chat.sdk-tools", "responses.sdk"], "an output of a given type", async () => {
      running.host.script = answer('{"name": "Bern", "people": 134000}');
      const outputType = z.object({ name: z.string(), people: z.number() });
      const typed = new Agent({ name: "City", model: modelWith(client), outputType });
      expect((await runner.run(typed, "Bern?")).finalOutput).toEqual({ name: "Bern", people: 134_000 });
    });
  });
});
