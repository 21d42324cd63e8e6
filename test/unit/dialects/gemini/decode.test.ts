import { describe, expect, test } from "vitest";
import { gemini } from "../../../../src/dialects/gemini/index.ts";
import { BridgeError } from "../../../../src/turn/error.ts";
import { ANYONE } from "../../../../src/turn/principal.ts";
import { decoded, failure, HI, messages, request } from "../../../support/bridge/gemini-requests.ts";
import { PIXEL } from "../../../support/data/samples.ts";
import { verifies } from "../../../support/verifies.ts";

/** The same value in Google's other spelling, at every level. */
function snakeCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCased);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      snakeCased(inner),
    ]),
  );
}

test("the least request", () => {
  expect(request({})).toEqual({
    model: "m",
    system: [],
    messages: [{ role: "user", parts: [{ type: "text", text: "hi" }] }],
    tools: [],
    toolChoice: { type: "auto" },
    parallelToolCalls: true,
    responseFormat: { type: "text" },
    maxTokens: undefined,
    temperature: undefined,
    stopSequences: [],
    conversation: undefined,
  });
});

verifies("gemini.addresses", "the address names the model, with or without the kind of its resource", () => {
  expect(decoded({}, "models/gemini-2.5-pro").request.model).toBe("gemini-2.5-pro");
  expect(decoded({}, "copilot/qwen3:8b").request.model).toBe("copilot/qwen3:8b");
  for (const model of ["", "models/", "x".repeat(2000)]) {
    expect(() => decoded({}, model)).toThrow(/names no model/);
  }
});

describe("spelling", () => {
  const FULL = {
    systemInstruction: { parts: [{ text: "Be brief." }] },
    contents: [
      { role: "user", parts: [{ inlineData: { mimeType: "image/png", data: PIXEL } }] },
      {
        role: "model",
        parts: [{ functionCall: { id: "a", name: "f", args: { x: 1 } }, thoughtSignature: "c2ln" }],
      },
      { role: "user", parts: [{ functionResponse: { id: "a", name: "f", response: { output: "y" } } }] },
    ],
    tools: [{ functionDeclarations: [{ name: "f", parameters: { type: "OBJECT", minProperties: "1" } }] }],
    toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["f"] } },
    safetySettings: [{ category: "HARM_CATEGORY_HATE_SPEECH", threshold: "BLOCK_NONE" }],
    generationConfig: {
      maxOutputTokens: 9,
      stopSequences: ["END"],
      topP: 0.5,
      thinkingConfig: { thinkingBudget: 100, includeThoughts: true },
    },
  };

  verifies("gemini.spelling", "both spellings mean the same, at every level", () => {
    expect(decoded(snakeCased(FULL) as object).request).toEqual(decoded(FULL).request);
    expect(decoded(snakeCased(FULL) as object).notices).toEqual(decoded(FULL).notices);
    expect(decoded(FULL).request).toMatchObject({ maxTokens: 9, stopSequences: ["END"] });
  });

  verifies("gemini.spelling", "numbers as text, and one element without its list", () => {
    const other = {
      ...FULL,
      contents: { parts: { text: "hi" } },
      tools: { functionDeclarations: FULL.tools[0]?.functionDeclarations[0] },
      toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: "f" } },
      generationConfig: { ...FULL.generationConfig, maxOutputTokens: "9", stopSequences: "END" },
    };
    expect(request(other)).toEqual(request({ ...FULL, contents: HI }));
    expect(request({ contents: "hi", systemInstruction: "Be brief." })).toMatchObject({
      system: [{ type: "text", text: "Be brief." }],
      messages: [{ parts: [{ type: "text", text: "hi" }] }],
    });
  });

  verifies("gemini.spelling", "what is the client's own keeps its names", () => {
    const own = { snake_name: { inner_name: 1 }, camelName: 2 };
    const [call, result] = messages([
      ...HI,
      { role: "model", parts: [{ function_call: { name: "f", args: own } }] },
      { role: "user", parts: [{ function_response: { name: "f", response: own } }] },
    ]).slice(1);
    expect(call?.parts).toMatchObject([{ input: JSON.stringify(own) }]);
    expect(result?.parts).toMatchObject([{ content: [{ text: JSON.stringify(own) }] }]);
    const properties = { snake_name: { type: "STRING" }, camelName: { type: "STRING" } };
    const [tool] = request({
      tools: [{ function_declarations: [{ name: "f", parameters: { type: "OBJECT", properties } }] }],
    }).tools;
    expect(Object.keys(tool?.inputSchema["properties"] as object)).toEqual(["snake_name", "camelName"]);
  });

  verifies("gemini.spelling", "one member in two spellings is refused", () => {
    expect(failure({ systemInstruction: "a", system_instruction: "b" })).toMatchObject({
      code: "invalid_request",
      param: "systemInstruction",
    });
  });
});

describe("contents", () => {
  verifies("gemini.contents", "roles, of which there may be none", () => {
    expect(
      messages([
        { parts: [{ text: "a" }] },
        { role: "model", parts: [{ text: "b" }] },
        { role: "user", parts: [{ text: "c" }] },
      ]).map(({ role }) => role),
    ).toEqual(["user", "assistant", "user"]);
    expect(failure({ contents: [{ role: "robot", parts: [{ text: "a" }] }] }).param).toBe("contents.0.role");
  });

  verifies("gemini.contents", "files that are in the request, as what they are", () => {
    const text = Buffer.from("name,age").toString("base64");
    const [message] = messages([
      {
        parts: [
          { inlineData: { mimeType: "image/png", data: PIXEL } },
          { inlineData: { mimeType: "audio/wav", data: "UklGRg==" } },
          { inlineData: { mimeType: "text/csv", data: text, displayName: "people.csv" } },
        ],
      },
    ]);
    expect(message?.parts).toEqual([
      { type: "image", mimeType: "image/png", data: PIXEL },
      { type: "audio", mimeType: "audio/wav", data: "UklGRg==" },
      { type: "text", text: "people.csv" },
      { type: "text", text: "name,age" },
    ]);
    const pdf = { mimeType: "application/pdf", data: Buffer.from("%PDF-1.7").toString("base64") };
    expect(failure({ contents: [{ parts: [{ inlineData: pdf }] }] })).toMatchObject({
      code: "unsupported_feature",
      param: "contents.0.parts.0.inlineData",
    });
  });

  verifies("gemini.contents", "files elsewhere are refused by name, also in results", () => {
    for (const fileUri of ["https://a.example/x.png", "gs://bucket/x", "https://youtu.be/x", ""]) {
      const fileData = { fileUri, mimeType: "image/png" };
      expect(failure({ contents: [{ parts: [{ fileData }] }] })).toMatchObject({
        code: "unsupported_feature",
        param: "contents.0.parts.0.fileData",
      });
      const functionResponse = { name: "f", response: {}, parts: [{ fileData }] };
      expect(failure({ contents: [{ parts: [{ functionResponse }] }] }).param).toBe(
        "contents.0.parts.0.functionResponse.parts.0.fileData",
      );
    }
    const data = `data:image/png;base64,${PIXEL}`;
    expect(messages([{ parts: [{ fileData: { fileUri: data } }] }])).toMatchObject([
      { parts: [{ type: "image", data: PIXEL }] },
    ]);
  });

  verifies("gemini.contents", "what Google's own tools did is told", () => {
    const ran = { executableCode: { language: "PYTHON", code: "print(1)" } };
    const gave = { codeExecutionResult: { outcome: "OUTCOME_OK", output: "1\n" } };
    const [, message] = messages([...HI, { role: "model", parts: [ran, gave] }]);
    expect(JSON.stringify(message)).toContain("print(1)");
    expect(JSON.stringify(message)).toContain("OUTCOME_OK");
  });

  verifies("gemini.contents", "what nobody knows, and what is nothing, is refused by name", () => {
    for (const [part, words] of [
      [{}, "empty"],
      [{ hologram: { x: 1 } }, "hologram"],
      [{ text: 5 }, "string"],
      [{ functionCall: {} }, "name"],
      [5, "forms"],
    ] as const) {
      const fault = failure({ contents: [{ parts: [part] }] });
      expect([fault.code, fault.param?.startsWith("contents.0.parts")]).toEqual(["invalid_request", true]);
      expect(fault.message).toContain(words);
    }
    expect(failure({ contents: [] })).toMatchObject({ code: "invalid_request", param: "contents" });
    expect(failure({ contents: null }).param).toBe("contents");
    const picture = { parts: [{ inlineData: { mimeType: "image/png", data: PIXEL } }] };
    expect(failure({ systemInstruction: picture }).param).toBe("systemInstruction");
  });

  verifies("gemini.chat-history", "the pieces of a streamed answer are one message", () => {
    const pieces = ["", "Hel", "lo, ", "", "you."].map((text) => ({ role: "model", parts: [{ text }] }));
    expect(messages([...HI, ...pieces, { role: "user", parts: [{ text: "so" }] }])).toEqual([
      { role: "user", parts: [{ type: "text", text: "hi" }] },
      { role: "assistant", parts: [{ type: "text", text: "Hello, you." }] },
      { role: "user", parts: [{ type: "text", text: "so" }] },
    ]);
  });
});

describe("calls and results", () => {
  const call = (name: string, id?: string): object => ({
    functionCall: { name, args: {}, ...(id && { id }) },
  });
  const result = (name: string, output: string, id?: string): object => ({
    functionResponse: { name, response: { output }, ...(id && { id }) },
  });
  const pairs = (calls: readonly object[], results: readonly object[]): object => {
    const [, called, given] = messages([
      ...HI,
      { role: "model", parts: calls },
      { role: "user", parts: results },
    ]);
    const names = new Map(
      called?.parts.map((part) => (part.type === "tool-call" ? [part.id, part.name] : ["", ""])),
    );
    const ids = called?.parts.map((part) => (part.type === "tool-call" ? part.id : "")) ?? [];
    return (given?.parts ?? []).map((part) =>
      part.type === "tool-result"
        ? [
            names.get(part.callId),
            ids.indexOf(part.callId),
            part.content.map((each) => "text" in each && each.text),
          ]
        : part.type,
    );
  };

  verifies("gemini.call-pairs", "by id, in whatever order", () => {
    expect(pairs([call("f", "1"), call("f", "2")], [result("f", "b", "2"), result("f", "a", "1")])).toEqual([
      ["f", 1, ["b"]],
      ["f", 0, ["a"]],
    ]);
  });

  verifies("gemini.call-pairs", "without ids by name and order, also where only one side has them", () => {
    const expected = [
      ["g", 1, ["x"]],
      ["f", 0, ["a"]],
      ["f", 2, ["b"]],
    ];
    const results = [result("g", "x"), result("f", "a"), result("f", "b")];
    expect(pairs([call("f"), call("g"), call("f")], results)).toEqual(expected);
    expect(pairs([call("f", "1"), call("g", "2"), call("f", "3")], results)).toEqual(expected);
    const named = [result("g", "x", "q"), result("f", "a", "r"), result("f", "b", "s")];
    expect(pairs([call("f"), call("g"), call("f")], named)).toEqual(expected);
  });

  verifies("gemini.call-pairs", "turn after turn", () => {
    const turns = [1, 2, 3].flatMap((turn) => [
      { role: "model", parts: [call("f")] },
      { role: "user", parts: [result("f", `r${turn}`)] },
    ]);
    const ids = messages([...HI, ...turns]).flatMap(({ parts }) =>
      parts.flatMap((part) =>
        part.type === "tool-call" ? part.id : part.type === "tool-result" ? part.callId : [],
      ),
    );
    expect(new Set(ids).size).toBe(3);
    expect(ids.filter((_, index) => index % 2 === 0)).toEqual(ids.filter((_, index) => index % 2 === 1));
  });

  verifies("gemini.contents", "a result is what is named its output or error, or all of it", () => {
    const read = (response: object | null): object | undefined => {
      const [, , given] = messages([
        ...HI,
        { role: "model", parts: [call("f")] },
        { role: "user", parts: [{ functionResponse: { name: "f", response } }] },
      ]);
      const [part] = given?.parts ?? [];
      return part?.type === "tool-result" ? { content: part.content, isError: part.isError } : undefined;
    };
    const text = (value: string, isError = false): object => ({
      content: [{ type: "text", text: value }],
      isError,
    });
    expect(read({ output: "sunny" })).toEqual(text("sunny"));
    expect(read({ output: { a: 1 } })).toEqual(text('{"a":1}'));
    expect(read({ error: "no such city" })).toEqual(text("no such city", true));
    expect(read({ error: { code: 5 } })).toEqual(text('{"code":5}', true));
    expect(read({ error: null })).toEqual(text('{"error":null}'));
    expect(read({ result: "sunny" })).toEqual(text('{"result":"sunny"}'));
    expect(read({ output: "sunny", error: "late" })).toEqual(text('{"output":"sunny","error":"late"}'));
    expect(read({})).toEqual(text("{}"));
    expect(read(null)).toEqual(text("{}"));
  });

  test("a result may hold pictures", () => {
    const parts = [{ inlineData: { mimeType: "image/png", data: PIXEL } }];
    const [, , given] = messages([
      ...HI,
      { role: "model", parts: [call("f")] },
      { role: "user", parts: [{ functionResponse: { name: "f", response: { output: "see" }, parts } }] },
    ]);
    expect(given?.parts).toMatchObject([
      {
        content: [
          { type: "text", text: "see" },
          { type: "image", data: PIXEL },
        ],
      },
    ]);
  });
});

verifies(
  "gemini.thoughts",
  "signatures come back before the part that they came with; Google's own go on unread",
  () => {
    const ours = Buffer.from("signed:mcptb1.abc mcptb1.def").toString("base64");
    const [, message] = messages([
      ...HI,
      {
        role: "model",
        parts: [
          { text: "Hmm.", thought: true },
          { text: "Let me look.", thoughtSignature: ours },
          {
            functionCall: { name: "f", args: {} },
            thoughtSignature: ours.replaceAll("+", "-").replaceAll("/", "_"),
          },
          { text: "", thoughtSignature: "skip_thought_signature_validator" },
        ],
      },
    ]);
    const signed = ["mcptb1.abc", "mcptb1.def"].map((signature) => ({
      type: "reasoning",
      text: "",
      signature,
    }));
    expect(message?.parts).toMatchObject([
      { type: "reasoning", text: "Hmm." },
      ...signed,
      { type: "text", text: "Let me look." },
      ...signed,
      { type: "tool-call", name: "f" },
      { type: "reasoning", text: "", signature: "skip_thought_signature_validator" },
    ]);
  },
);

test("a body that is no object is refused", () => {
  for (const body of [null, [], "x", 5]) {
    expect(() =>
      gemini.decode(body, new Headers(), ANYONE, { params: { model: "m" }, query: new URLSearchParams() }),
    ).toThrow(BridgeError);
  }
});
