/** The official `openai` package on both kinds of host: tool runner, parallel calls, parse helpers. */
import OpenAI from "openai";
import { zodResponseFormat, zodTextFormat } from "openai/helpers/zod";
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

const City = z.object({ name: z.string(), people: z.number() });

describe.each(HOST_KINDS)("on a host of kind %s", (kind) => {
  let running: ToolHost;
  let client: OpenAI;

  beforeAll(async () => {
    running = await startToolHost(kind);
    client = new OpenAI({ baseURL: `${running.url}/v1`, apiKey: "none", maxRetries: 0 });
  });
  afterAll(() => running.bridge.stop());

  const messages = [{ role: "user" as const, content: "What is the weather in Bern and Oslo?" }];
  const weather = {
    type: "function" as const,
    function: {
      name: "get_weather",
      description: "The weather of a city.",
      parameters: WEATHER_PARAMETERS,
      parse: JSON.parse as (json: string) => { city: string },
      function: ({ city }: { city: string }) => sunnyIn(city),
    },
  };

  verifies("chat.sdk-tools", "chat: the tool runner runs parallel calls", async () => {
    running.host.script = weatherModel(running);
    const runner = client.chat.completions.runTools({ model: "auto", messages, tools: [weather] });
    expect(await runner.finalContent()).toBe("Sunny in both.");
    expect(runner.messages.map(({ role }) => role)).toEqual([
      "user",
      "assistant",
      "tool",
      "tool",
      "assistant",
    ]);
  });

  verifies("chat.sdk-tools", "chat: the tool runner runs parallel calls, streamed", async () => {
    running.host.script = weatherModel(running);
    const runner = client.chat.completions.runTools({
      model: "auto",
      messages,
      tools: [weather],
      stream: true,
    });
    expect(await runner.finalContent()).toBe("Sunny in both.");
    expect(runner.messages[1]).toMatchObject({ content: "Let me look." });
  });

  verifies("chat.sdk-tools", "chat: structured output is parsed, whole and streamed", async () => {
    running.host.script = answer('Here:\n```json\n{"name": "Bern", "people": 134000}\n```');
    const request = { model: "auto", messages, response_format: zodResponseFormat(City, "city") };
    const whole = await client.chat.completions.parse(request);
    expect(whole.choices[0]?.message.parsed).toEqual({ name: "Bern", people: 134_000 });
    const streamed = await client.chat.completions.stream(request).finalChatCompletion();
    expect(streamed.choices[0]?.message.parsed).toEqual({ name: "Bern", people: 134_000 });
  });

  verifies("chat.custom-tools", "chat: a call of a custom tool is plain text", async () => {
    running.host.script = running.calling("", { name: "run", input: { input: "echo hi\n" } });
    const { choices } = await client.chat.completions.create({
      model: "auto",
      messages,
      tools: [{ type: "custom", custom: { name: "run", description: "Runs a script." } }],
    });
    expect(choices[0]?.message.tool_calls).toMatchObject([
      { type: "custom", custom: { name: "run", input: "echo hi\n" } },
    ]);
  });

  const tools: OpenAI.Responses.FunctionTool[] = [
    { type: "function", name: "get_weather", parameters: WEATHER_PARAMETERS, strict: true },
  ];

  test.each([true, false])("responses: parallel calls and their results, stored: %s", async (store) => {
    running.host.script = weatherModel(running);
    const input: OpenAI.Responses.ResponseInput = [...messages];
    const first = await client.responses.stream({ model: "auto", input, tools, store }).finalResponse();
    expect(first.output_text).toBe("Let me look.");
    const calls = first.output.filter((item) => item.type === "function_call");
    const results = calls.map((call): OpenAI.Responses.ResponseInputItem => {
      const { city } = JSON.parse(call.arguments) as { city: string };
      return { type: "function_call_output", call_id: call.call_id, output: sunnyIn(city) };
    });
    // Results come as they get ready, which need not be the order of the calls.
    results.reverse();
    const second = await client.responses.create({
      model: "auto",
      tools,
      store,
      ...(store
        ? { previous_response_id: first.id, input: results }
        : { input: [...input, ...calls, ...results] }),
    });
    expect(second.output_text).toBe("Sunny in both.");
  });

  verifies("responses.sdk", "responses: structured output is parsed, whole and streamed", async () => {
    running.host.script = answer('{"name": "Bern", "people": 134000}');
    const request = { model: "auto", input: "Bern?", text: { format: zodTextFormat(City, "city") } };
    expect((await client.responses.parse(request)).output_parsed).toEqual({ name: "Bern", people: 134_000 });
    const streamed = await client.responses.stream(request).finalResponse();
    expect(streamed.output_parsed).toEqual({ name: "Bern", people: 134_000 });
  });
});
