import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Bridge } from "../../../src/bridge/bridge.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import type { ScriptedHost } from "../../support/hosts/scripted-host.ts";
import { answer, inTurn } from "../../support/hosts/scripts.ts";
import { startBridge } from "../../support/bridge/start-bridge.ts";

const call = (name: string, input: object): string =>
  `<tool_call>\n${JSON.stringify({ name, arguments: input })}\n</tool_call>`;

const parameters = {
  type: "object" as const,
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};

let bridge: Bridge;
let host: ScriptedHost;
let openai: OpenAI;
let anthropic: Anthropic;

beforeAll(async () => {
  const running = await startBridge();
  ({ bridge } = running);
  ({ host } = await attachHost(bridge));
  openai = new OpenAI({ baseURL: `${running.url}/v1`, apiKey: "none", maxRetries: 0 });
  anthropic = new Anthropic({ baseURL: running.url, apiKey: "none", maxRetries: 0 });
});

afterAll(() => bridge.stop());

describe("tools on a host without them", () => {
  const tools: OpenAI.ChatCompletionTool[] = [
    { type: "function", function: { name: "get_weather", description: "The weather.", parameters } },
  ];

  test("chat: parallel calls, streamed, with the text before them", async () => {
    host.script = answer(
      `Let me look.\n${call("get_weather", { city: "Bern" })}\n${call("get_weather", { city: "Köln" })}`,
    );
    const { choices } = await openai.chat.completions
      .stream({ model: "auto", messages: [{ role: "user", content: "Weather?" }], tools })
      .finalChatCompletion();
    const [choice] = choices;
    expect(choice?.finish_reason).toBe("tool_calls");
    expect(choice?.message.content).toBe("Let me look.");
    expect(choice?.message.tool_calls?.map((made) => made.type === "function" && made.function)).toEqual([
      { name: "get_weather", arguments: '{"city":"Bern"}' },
      { name: "get_weather", arguments: '{"city":"Köln"}' },
    ]);
  });

  test("chat: the tool runner runs the tool and gets the answer", async () => {
    host.script = inTurn(answer(call("get_weather", { city: "Bern" })), (request) =>
      request.answer(request.lastText.includes("sunny in Bern") ? "It is sunny." : "?"),
    );
    const runner = openai.chat.completions.runTools({
      model: "auto",
      messages: [{ role: "user", content: "Weather?" }],
      tools: [
        {
          type: "function",
          function: {
            name: "get_weather",
            description: "The weather.",
            parameters,
            parse: JSON.parse,
            function: ({ city }: { city: string }) => `sunny in ${city}`,
          },
        },
      ],
    });
    expect(await runner.finalContent()).toBe("It is sunny.");
  });

  test("messages: a call, its result, and the answer", async () => {
    host.script = inTurn(answer(`Looking.\n${call("get_weather", { city: "Bern" })}`), (request) =>
      request.answer(`Got: ${request.lastText.includes("sunny") ? "sunny" : "nothing"}`),
    );
    const request = {
      model: "auto",
      max_tokens: 1000,
      tools: [{ name: "get_weather", input_schema: parameters }],
    };
    const question = { role: "user" as const, content: "Weather?" };
    const first = await anthropic.messages.stream({ ...request, messages: [question] }).finalMessage();
    expect(first.stop_reason).toBe("tool_use");
    const use = first.content.find((block) => block.type === "tool_use");
    expect(use?.input).toEqual({ city: "Bern" });
    const second = await anthropic.messages.create({
      ...request,
      messages: [
        question,
        { role: "assistant", content: first.content },
        { role: "user", content: [{ type: "tool_result", tool_use_id: use?.id ?? "", content: "sunny" }] },
      ],
    });
    expect(second.content).toMatchObject([{ type: "text", text: "Got: sunny" }]);
  });

  test("responses: a call, its result by previous_response_id, and the answer", async () => {
    host.script = inTurn(answer(call("get_weather", { city: "Bern" })), (request) =>
      request.answer(`Got: ${request.lastText.includes("sunny") ? "sunny" : "nothing"}`),
    );
    const responseTools: OpenAI.Responses.Tool[] = [
      { type: "function", name: "get_weather", parameters, strict: true },
    ];
    const first = await openai.responses
      .stream({ model: "auto", input: "Weather?", tools: responseTools })
      .finalResponse();
    const made = first.output.find((item) => item.type === "function_call");
    expect(made?.name).toBe("get_weather");
    const second = await openai.responses.create({
      model: "auto",
      previous_response_id: first.id,
      input: [{ type: "function_call_output", call_id: made?.call_id ?? "", output: "sunny" }],
      tools: responseTools,
    });
    expect(second.output_text).toBe("Got: sunny");
    expect((await openai.responses.retrieve(second.id)).output_text).toBe("Got: sunny");
    const { data } = await openai.responses.inputItems.list(second.id);
    expect(data).toMatchObject([{ type: "function_call_output", output: "sunny" }]);
    await openai.responses.delete(second.id);
    await expect(openai.responses.retrieve(second.id)).rejects.toMatchObject({ status: 404 });
  });

  test("responses: the input items of a stored response, page by page", async () => {
    host.script = answer("All read.");
    const input = Array.from({ length: 25 }, (_, index) => ({
      role: "user" as const,
      content: `item ${index}`,
    }));
    const { id } = await openai.responses.create({ model: "auto", input });
    const texts: unknown[] = [];
    for await (const item of openai.responses.inputItems.list(id, { limit: 10, order: "asc" })) {
      if (item.type === "message") texts.push(item.content);
    }
    expect(texts).toHaveLength(25);
    expect(JSON.stringify(texts[24])).toContain("item 24");
    const latest = await openai.responses.inputItems.list(id);
    expect(latest.data).toHaveLength(20);
    expect(JSON.stringify(latest.data[0])).toContain("item 24");
    await expect(openai.responses.inputItems.list(id, { limit: 1000 })).rejects.toMatchObject({
      status: 400,
    });
  });

  test("an invalid call is repaired once", async () => {
    host.script = inTurn(
      answer(call("get_weather", { town: "Bern" })),
      answer(call("get_weather", { city: "Bern" })),
    );
    const before = host.calls.length;
    const { choices } = await openai.chat.completions.create({
      model: "auto",
      messages: [{ role: "user", content: "Weather?" }],
      tools,
    });
    expect(host.calls.length - before).toBe(2);
    expect(choices[0]?.message.tool_calls).toMatchObject([{ function: { arguments: '{"city":"Bern"}' } }]);
  });

  test("structured output is extracted and checked", async () => {
    host.script = answer('Sure:\n```json\n{"city": "Bern"}\n```');
    const { choices } = await openai.chat.completions.create({
      model: "auto",
      messages: [{ role: "user", content: "City?" }],
      response_format: { type: "json_schema", json_schema: { name: "city", schema: parameters } },
    });
    expect(JSON.parse(choices[0]?.message.content ?? "")).toEqual({ city: "Bern" });
  });
});
