/** `@langchain/openai` on both kinds of host, over chat and over responses. */
import { HumanMessage, ToolMessage, type BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
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

const weather = tool(({ city }) => sunnyIn(city), {
  name: "get_weather",
  description: "The weather of a city.",
  schema: z.object({ city: z.string() }),
});

describe.each(HOST_KINDS)("on a host of kind %s", (kind) => {
  let running: ToolHost;

  beforeAll(async () => {
    running = await startToolHost(kind);
  });
  afterAll(() => running.bridge.stop());

  describe.each([
    ["chat", false],
    ["responses", true],
  ])("%s", (_name, useResponsesApi) => {
    const model = (): ChatOpenAI =>
      new ChatOpenAI({
        model: "auto",
        apiKey: "none",
        maxRetries: 0,
        useResponsesApi,
        configuration: { baseURL: `${running.url}/v1` },
      });

    verifies(["chat.sdk-tools", "responses.sdk"], "parallel calls and their results", async () => {
      running.host.script = weatherModel(running);
      const bound = model().bindTools([weather]);
      const messages: BaseMessage[] = [new HumanMessage("What is the weather in Bern and Oslo?")];
      const first = await bound.invoke(messages);
      expect(first.tool_calls?.map(({ args }) => args)).toEqual([{ city: "Bern" }, { city: "Oslo" }]);
      messages.push(first);
      for (const { id = "", args } of first.tool_calls ?? []) {
        const content = await weather.invoke(args as { city: string });
        messages.push(new ToolMessage({ tool_call_id: id, content }));
      }
      expect((await bound.invoke(messages)).text).toBe("Sunny in both.");
    });

    verifies(["chat.sdk-tools", "responses.sdk"], "calls, streamed", async () => {
      running.host.script = weatherModel(running);
      const stream = await model().bindTools([weather]).stream("What is the weather in Bern and Oslo?");
      let text = "";
      const names: (string | undefined)[] = [];
      for await (const chunk of stream) {
        text += chunk.text;
        names.push(...(chunk.tool_call_chunks ?? []).flatMap(({ name }) => name ?? []));
      }
      expect(text).toBe("Let me look.");
      expect(names).toEqual(["get_weather", "get_weather"]);
    });

    verifies(["chat.sdk-tools", "responses.sdk"], "structured output", async () => {
      running.host.script = answer('{"name": "Bern", "people": 134000}');
      const typed = model().withStructuredOutput(z.object({ name: z.string(), people: z.number() }), {
        name: "city",
        method: "jsonSchema",
      });
      expect(await typed.invoke("Bern?")).toEqual({ name: "Bern", people: 134_000 });
    });
  });
});
