/** Tools and structured output of `@google/genai` on both kinds of host. */
import {
  FunctionCallingConfigMode,
  GoogleGenAI,
  Type,
  type CallableTool,
  type Content,
  type FunctionDeclaration,
  type GenerateContentResponse,
} from "@google/genai";
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

const DECLARATION: FunctionDeclaration = {
  name: "get_weather",
  description: "The weather in a city.",
  parameters: {
    type: Type.OBJECT,
    properties: { city: { type: Type.STRING, description: "Where." } },
    required: ["city"],
  },
};

describe.each(HOST_KINDS)("a host whose sampling is %s", (kind) => {
  let tools: ToolHost;
  let client: GoogleGenAI;

  beforeAll(async () => {
    tools = await startToolHost(kind);
    client = new GoogleGenAI({ apiKey: "unused", httpOptions: { baseUrl: tools.url } });
  });
  afterAll(() => tools.bridge.stop());

  async function streamed(contents: Content[]): Promise<GenerateContentResponse[]> {
    const config = { tools: [{ functionDeclarations: [DECLARATION] }] };
    const responses: GenerateContentResponse[] = [];
    const stream = await client.models.generateContentStream({ model: "auto", contents, config });
    for await (const response of stream) responses.push(response);
    return responses;
  }

  verifies("gemini.tools", "calls side by side, streamed, and their results", async () => {
    tools.host.script = weatherModel(tools);
    const contents: Content[] = [{ role: "user", parts: [{ text: "Weather?" }] }];
    const first = await streamed(contents);
    const calls = first.flatMap(({ functionCalls = [] }) => functionCalls);
    expect(calls.map(({ name, args }) => [name, args])).toEqual([
      ["get_weather", { city: "Bern" }],
      ["get_weather", { city: "Oslo" }],
    ]);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
    expect(
      first
        .map(({ text = "" }) => text)
        .join("")
        .trim(),
    ).toBe("Let me look.");
    for (const withIds of [true, false]) {
      const again: Content[] = [
        ...contents,
        ...first.flatMap(({ candidates }) => candidates?.[0]?.content ?? []),
        {
          role: "user",
          parts: calls.map(({ id = "", name = "", args }) => ({
            functionResponse: {
              ...(withIds && { id }),
              name,
              response: { output: sunnyIn(String(args?.["city"])) },
            },
          })),
        },
      ];
      const second = await streamed(again);
      expect(second.map(({ text = "" }) => text).join("")).toMatch(/sunny/i);
      expect(second.flatMap(({ functionCalls = [] }) => functionCalls)).toEqual([]);
    }
  });

  verifies("gemini.tools", "the package runs the tools by itself", async () => {
    tools.host.script = weatherModel(tools);
    const asked: unknown[] = [];
    const callable: CallableTool = {
      tool: () => Promise.resolve({ functionDeclarations: [DECLARATION] }),
      callTool: (calls) =>
        Promise.resolve(
          calls.map(({ id = "", name = "", args }) => {
            asked.push(args);
            return { functionResponse: { id, name, response: { output: sunnyIn(String(args?.["city"])) } } };
          }),
        ),
    };
    const response = await client.models.generateContent({
      model: "auto",
      contents: "Weather?",
      config: { tools: [callable] },
    });
    expect(asked).toEqual([{ city: "Bern" }, { city: "Oslo" }]);
    expect(response.text).toMatch(/sunny/i);
  });

  verifies(["gemini.tools", "gemini.tool-choice"], "a call that is demanded", async () => {
    tools.host.script = tools.calling("", { name: "get_weather", input: { city: "Bern" } });
    const response = await client.models.generateContent({
      model: "auto",
      contents: "Weather?",
      config: {
        tools: [{ functionDeclarations: [DECLARATION] }],
        toolConfig: {
          functionCallingConfig: {
            mode: FunctionCallingConfigMode.ANY,
            allowedFunctionNames: ["get_weather"],
          },
        },
      },
    });
    expect(response.functionCalls).toMatchObject([{ name: "get_weather", args: { city: "Bern" } }]);
    expect(response.candidates?.[0]?.finishReason).toBe("STOP");
  });

  verifies("gemini.structured", "an answer in the form of a schema, after one correction", async () => {
    tools.host.script = inTurn(
      answer('Here it is: {"nom": "Ada"}'),
      answer('{"name": "Ada"}'),
      answer('"No"'),
    );
    const schema = { type: Type.OBJECT, properties: { name: { type: Type.STRING } }, required: ["name"] };
    const response = await client.models.generateContent({
      model: "auto",
      contents: "Who?",
      config: { responseMimeType: "application/json", responseSchema: schema },
    });
    expect(JSON.parse(response.text ?? "")).toEqual({ name: "Ada" });
    const word = await client.models.generateContent({
      model: "auto",
      contents: "Well?",
      config: {
        responseMimeType: "text/x.enum",
        responseSchema: { type: Type.STRING, enum: ["Yes", "No"] },
      },
    });
    expect(word.text).toBe("No");
  });

  verifies("gemini.candidates", "several candidates", async () => {
    tools.host.script = inTurn(answer("one"), answer("two"));
    const { candidates = [] } = await client.models.generateContent({
      model: "auto",
      contents: "Say something.",
      config: { candidateCount: 2 },
    });
    const texts = candidates.map(({ content }) => content?.parts?.map(({ text }) => text).join(""));
    expect(new Set(texts)).toEqual(new Set(["one", "two"]));
    expect(candidates.map(({ finishReason }) => finishReason)).toEqual(["STOP", "STOP"]);
  });
});
