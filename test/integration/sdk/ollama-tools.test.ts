/** Tools and structured output of the `ollama` package on both kinds of host. */
import { Ollama, type ChatResponse, type Message, type Tool } from "ollama";
import { afterAll, beforeAll, describe, expect } from "vitest";
import {
  HOST_KINDS,
  startToolHost,
  sunnyIn,
  weatherModel,
  type ToolHost,
} from "../../support/hosts/tool-hosts.ts";
import { answer, inTurn } from "../../support/hosts/scripts.ts";
import { verifies } from "../../support/verifies.ts";

const TOOL: Tool = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather in a city.",
    parameters: {
      type: "object",
      properties: { city: { type: "string", description: "Where." } },
      required: ["city"],
    },
  },
};

describe.each(HOST_KINDS)("a host whose sampling is %s", (kind) => {
  let tools: ToolHost;
  let client: Ollama;

  beforeAll(async () => {
    tools = await startToolHost(kind);
    client = new Ollama({ host: tools.url });
  });
  afterAll(() => tools.bridge.stop());

  /** The message that the responses add up to, as programs keep it. */
  async function streamed(
    messages: Message[],
  ): Promise<{ message: Message; last: ChatResponse | undefined }> {
    const message: Message & { tool_calls: object[] } = { role: "assistant", content: "", tool_calls: [] };
    let last: ChatResponse | undefined;
    for await (const response of await client.chat({
      model: "auto",
      messages,
      tools: [TOOL],
      stream: true,
    })) {
      message.content += response.message.content;
      message.tool_calls.push(...(response.message.tool_calls ?? []));
      last = response;
    }
    return { message, last };
  }

  verifies("ollama.tools", "calls side by side, streamed, and their results", async () => {
    tools.host.script = weatherModel(tools);
    const user = { role: "user", content: "Weather?" };
    const { message, last } = await streamed([user]);
    expect(last).toMatchObject({ done: true, done_reason: "stop" });
    const calls = message.tool_calls ?? [];
    expect(calls.map((call) => call.function)).toEqual([
      { index: 0, name: "get_weather", arguments: { city: "Bern" } },
      { index: 1, name: "get_weather", arguments: { city: "Oslo" } },
    ]);
    expect(new Set(calls.map((call) => (call as { id?: string }).id)).size).toBe(2);
    expect(message.content.trim()).toBe("Let me look.");
    const results = calls.map((call) => ({
      role: "tool",
      tool_name: call.function.name,
      content: sunnyIn(String(call.function.arguments["city"])) ?? "",
    }));
    const second = await streamed([user, message, ...results]);
    expect(second.message.content).toMatch(/sunny/i);
    expect(second.message.tool_calls).toEqual([]);
  });

  verifies("ollama.tools", "a call in a plain answer", async () => {
    tools.host.script = tools.calling("", { name: "get_weather", input: { city: "Bern" } });
    const { message } = await client.chat({
      model: "auto",
      messages: [{ role: "user", content: "Weather?" }],
      tools: [TOOL],
    });
    expect(message.tool_calls).toMatchObject([
      { function: { name: "get_weather", arguments: { city: "Bern" } } },
    ]);
  });

  verifies("ollama.structured", "an answer in the form of a schema, after one correction", async () => {
    tools.host.script = inTurn(
      answer('Here it is: {"nom": "Ada"}'),
      answer('{"name": "Ada"}'),
      answer('{"a": 1}'),
    );
    const format = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };
    const messages = [{ role: "user", content: "Who?" }];
    const { message } = await client.chat({ model: "auto", messages, format });
    expect(JSON.parse(message.content)).toEqual({ name: "Ada" });
    const { response } = await client.generate({ model: "auto", prompt: "Any object.", format: "json" });
    expect(JSON.parse(response ?? "")).toEqual({ a: 1 });
  });
});
