/** The official `@anthropic-ai/sdk` on both kinds of host: tool runner, parallel calls, parse. */
import Anthropic from "@anthropic-ai/sdk";
import { betaTool } from "@anthropic-ai/sdk/helpers/beta/json-schema";
import { zodOutputFormat } from "@anthropic-ai/sdk/helpers/zod";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { answer } from "../../../support/hosts/scripts.ts";
import {
  HOST_KINDS,
  startToolHost,
  sunnyIn,
  WEATHER_PARAMETERS,
  weatherModel,
  type ToolHost,
} from "../../../support/hosts/tool-hosts.ts";
import { verifies } from "../../../support/verifies.ts";

describe.each(HOST_KINDS)("on a host of kind %s", (kind) => {
  let running: ToolHost;
  let client: Anthropic;

  beforeAll(async () => {
    running = await startToolHost(kind);
    client = new Anthropic({ baseURL: running.url, apiKey: "none", maxRetries: 0 });
  });
  afterAll(() => running.bridge.stop());

  const messages = [{ role: "user" as const, content: "What is the weather in Bern and Oslo?" }];

  test.each([false, true])("the tool runner runs parallel calls, streamed: %s", async (stream) => {
    running.host.script = weatherModel(running);
    const cities: string[] = [];
    const weather = betaTool({
      name: "get_weather",
      description: "The weather of a city.",
      inputSchema: WEATHER_PARAMETERS,
      run: ({ city }) => {
        cities.push(city);
        return sunnyIn(city);
      },
    });
    const last = await client.beta.messages
      .toolRunner({ model: "auto", max_tokens: 1000, messages, tools: [weather], stream })
      .runUntilDone();
    expect(cities).toEqual(["Bern", "Oslo"]);
    expect(last.content).toMatchObject([{ type: "text", text: "Sunny in both." }]);
    expect(last.stop_reason).toBe("end_turn");
  });

  verifies("messages.sdk-tools", "structured output is parsed", async () => {
    running.host.script = answer('Sure.\n{"name": "Bern", "people": 134000}');
    const format = zodOutputFormat(z.object({ name: z.string(), people: z.number() }));
    const parsed = await client.messages.parse({
      model: "auto",
      max_tokens: 1000,
      messages,
      output_config: { format },
    });
    expect(parsed.parsed_output).toEqual({ name: "Bern", people: 134_000 });
  });
});
