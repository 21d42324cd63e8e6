import { describe, expect, test } from "vitest";
import { MEMBERS } from "../../../../src/dialects/gemini/members.ts";
import type { TurnRequest } from "../../../../src/turn/request.ts";
import { codes, decoded, failure, request } from "../../../support/bridge/gemini-requests.ts";
import { verifies } from "../../../support/verifies.ts";

describe("schemas", () => {
  const schemaOf = (declaration: object): unknown =>
    request({ tools: [{ functionDeclarations: [{ name: "f", ...declaration }] }] }).tools[0]?.inputSchema;

  verifies("gemini.schemas", "properties stand in the order that is asked for", () => {
    const properties = {
      a: { type: "STRING" },
      b: { type: "OBJECT", nullable: true, property_ordering: ["d"], properties: { c: {}, d: {} } },
      ["__proto__"]: { type: "STRING" },
    };
    const namesIn = (schema: unknown): string[] => Object.keys((schema as { properties: object }).properties);
    const parameters = { type: "OBJECT", properties, propertyOrdering: ["b", "none", "b", 7] };
    const schema = schemaOf({ parameters }) as { properties: { b: object } };
    expect(namesIn(schema)).toEqual(["b", "a", "__proto__"]);
    expect(namesIn(schema.properties.b)).toEqual(["d", "c"]);
    expect(schemaOf({ parameters: { ...parameters, propertyOrdering: "b" } })).toMatchObject({
      properties: { a: { type: "string" } },
    });
  });

  verifies("gemini.schemas", "Google's form as JSON Schema", () => {
    const parameters = {
      type: "OBJECT",
      propertyOrdering: ["city", "days"],
      properties: {
        city: { type: "STRING", description: "Where.", nullable: true, minLength: "1", example: "Bern" },
        days: { type: "ARRAY", items: { type: "INTEGER", format: "int32" }, min_items: "1", maxItems: 3 },
        unit: { type: "STRING", format: "enum", enum: ["C", "F"] },
        level: { type: "INTEGER", enum: ["1", "2"] },
        either: { any_of: [{ type: "NUMBER" }, { type: "NULL" }] },
        type: { type: "STRING" },
        any: { type: "TYPE_UNSPECIFIED", nullable: true },
      },
      required: ["city"],
    };
    expect(schemaOf({ parameters })).toEqual({
      type: "object",
      properties: {
        city: { type: ["string", "null"], description: "Where.", minLength: 1, examples: ["Bern"] },
        days: { type: "array", items: { type: "integer", format: "int32" }, minItems: 1, maxItems: 3 },
        unit: { type: "string", enum: ["C", "F"] },
        level: { type: "integer", enum: [1, 2] },
        either: { anyOf: [{ type: "number" }, { type: "null" }] },
        type: { type: "string" },
        any: { anyOf: [{}, { type: "null" }] },
      },
      required: ["city"],
    });
  });

  verifies("gemini.schemas", "JSON Schema stays as it is, in either place", () => {
    const schema = {
      type: "object",
      properties: { a_b: { type: ["string", "null"], const: "x" }, c: { $ref: "#/$defs/d" } },
      additionalProperties: false,
      $defs: { d: { type: "integer", exclusiveMinimum: 0 } },
    };
    expect(schemaOf({ parametersJsonSchema: schema })).toEqual(schema);
    expect(schemaOf({ parameters: schema })).toEqual(schema);
    expect(schemaOf({})).toEqual({ type: "object", properties: {} });
    expect(schemaOf({ parameters: null, parametersJsonSchema: null })).toEqual({
      type: "object",
      properties: {},
    });
  });

  verifies("gemini.schemas", "names that objects have by themselves are names", () => {
    const parameters = JSON.parse('{"type":"OBJECT","properties":{"__proto__":{"type":"STRING"}}}') as object;
    expect(JSON.stringify(schemaOf({ parameters }))).toBe(
      '{"type":"object","properties":{"__proto__":{"type":"string"}}}',
    );
  });

  verifies("gemini.schemas", "both at once, and what is none, is refused by name", () => {
    const both = { parameters: { type: "OBJECT" }, parametersJsonSchema: { type: "object" } };
    for (const [declaration, param] of [
      [both, "tools.0.functionDeclarations.0.parametersJsonSchema"],
      [{ parameters: { type: "STRING" } }, "tools.0.functionDeclarations.0.parameters"],
      [{ parameters: [] }, "tools.0.functionDeclarations.0.parameters"],
      [{ parametersJsonSchema: 5 }, "tools.0.functionDeclarations.0.parametersJsonSchema"],
    ] as const) {
      const tools = [{ functionDeclarations: [{ name: "f", ...declaration }] }];
      const fault = failure({ tools });
      expect([fault.code, fault.param?.startsWith(param)]).toEqual(["invalid_request", true]);
    }
  });

  test("what a tool returns is told with what it does", () => {
    const [tool] = request({
      tools: [
        { functionDeclarations: [{ name: "f", description: "The weather.", response: { type: "STRING" } }] },
      ],
    }).tools;
    expect(tool?.description).toBe('The weather.\nWhat it returns, as JSON Schema: {"type":"string"}');
  });
});

describe("tools", () => {
  const tools = [
    { functionDeclarations: [{ name: "f" }, { name: "g" }] },
    { functionDeclarations: [{ name: "h" }] },
  ];
  const chosen = (mode?: string, ...allowedFunctionNames: string[]): object => {
    const { tools: left, toolChoice } = request({
      tools,
      toolConfig: { functionCallingConfig: { mode, allowedFunctionNames } },
    });
    return [left.map(({ name }) => name).join(""), toolChoice];
  };

  verifies("gemini.tool-choice", "each mode", () => {
    expect(chosen()).toEqual(["fgh", { type: "auto" }]);
    expect(chosen("AUTO")).toEqual(["fgh", { type: "auto" }]);
    expect(chosen("MODE_UNSPECIFIED")).toEqual(["fgh", { type: "auto" }]);
    expect(chosen("VALIDATED")).toEqual(["fgh", { type: "auto" }]);
    expect(chosen("VALIDATED", "f", "h")).toEqual(["fh", { type: "auto" }]);
    expect(chosen("NONE")).toEqual(["fgh", { type: "none" }]);
    expect(chosen("any")).toEqual(["fgh", { type: "required" }]);
    expect(chosen("ANY", "f", "g")).toEqual(["fg", { type: "required" }]);
    expect(chosen("ANY", "g")).toEqual(["fgh", { type: "tool", name: "g" }]);
    expect(failure({ tools, toolConfig: { functionCallingConfig: { mode: "OFTEN" } } }).param).toBe(
      "toolConfig.functionCallingConfig.mode",
    );
    for (const allowedFunctionNames of [["nobody"], ["nobody", "nothing"]]) {
      const toolConfig = { functionCallingConfig: { mode: "ANY", allowedFunctionNames } };
      expect(failure({ tools, toolConfig })).toMatchObject({
        code: "unsupported_feature",
        param: "toolConfig",
      });
    }
  });

  verifies(
    "gemini.vendor-tools",
    "what Google runs is left out with a notice, and cannot be demanded",
    () => {
      for (const kind of [
        "googleSearch",
        "google_search",
        "codeExecution",
        "urlContext",
        "googleMaps",
        "fileSearch",
      ]) {
        expect(codes({ tools: [...tools, { [kind]: {} }] })).toEqual(["tool-kind-ignored"]);
        const toolConfig = { functionCallingConfig: { mode: "ANY" } };
        expect(failure({ tools: [{ [kind]: {} }], toolConfig })).toMatchObject({
          code: "unsupported_feature",
          param: "toolConfig",
        });
      }
      expect(codes({ tools: [{ googleSearch: null, ...tools[0] }, {}] })).toEqual([]);
      for (const kind of ["computerUse", "timeTravel"]) {
        const fault = failure({ tools: [{ [kind]: {} }] });
        expect(fault).toMatchObject({ code: "unsupported_feature", param: "tools.0" });
        expect(fault.message).toContain(kind);
      }
    },
  );
});

describe("settings", () => {
  const set = (generationConfig: object): TurnRequest => request({ generationConfig });

  verifies("gemini.settings", "those that reach the host", () => {
    const config = {
      maxOutputTokens: 5,
      temperature: 0,
      stopSequences: ["a", "", "a", "b"],
      candidateCount: 3,
    };
    expect(set(config)).toMatchObject({ maxTokens: 5, temperature: 0, stopSequences: ["a", "b"] });
    expect(decoded({ generationConfig: config }).choices).toBe(3);
    const thinking = (thinkingConfig: object): unknown => set({ thinkingConfig }).thinking;
    expect(thinking({ includeThoughts: true })).toBeUndefined();
    expect(thinking({ thinkingBudget: 0 })).toEqual({ enabled: false });
    expect(thinking({ thinkingBudget: -1 })).toEqual({ enabled: true });
    expect(thinking({ thinkingBudget: 512 })).toEqual({ enabled: true, budgetTokens: 512 });
    expect(thinking({ thinkingLevel: "HIGH" })).toEqual({ enabled: true, effort: "high" });
    expect(thinking({ thinkingLevel: "THINKING_LEVEL_UNSPECIFIED" })).toBeUndefined();
  });

  verifies("gemini.settings", "those out of bounds are refused by name", () => {
    for (const [name, value] of Object.entries({
      maxOutputTokens: 0,
      temperature: 2.1,
      candidateCount: 9,
      stopSequences: [5],
      thinkingConfig: { thinkingBudget: 1.5 },
      responseMimeType: "application/xml",
    })) {
      expect(failure({ generationConfig: { [name]: value } }).param).toMatch(`generationConfig.${name}`);
    }
  });

  /** A value of each that asks for something; for others any word does. */
  const ASKING: Readonly<Record<string, unknown>> = {
    safetySettings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE" }],
    cachedContent: "cachedContents/x",
    modelArmorConfig: { promptTemplateName: "x" },
    "generationConfig.topP": 0.9,
    "generationConfig.topK": 40,
    "generationConfig.seed": 7,
    "generationConfig.presencePenalty": 0.1,
    "generationConfig.frequencyPenalty": 0.1,
    "generationConfig.responseLogprobs": true,
    "generationConfig.logprobs": 3,
    "generationConfig.responseModalities": ["TEXT", "IMAGE"],
    "generationConfig.speechConfig": { voiceConfig: {} },
    "generationConfig.imageConfig": { aspectRatio: "1:1" },
    "generationConfig.enableAffectiveDialog": true,
    "generationConfig.enableEnhancedCivicAnswers": true,
    "toolConfig.retrievalConfig": { languageCode: "de" },
  };

  verifies("gemini.settings", "each member is what the table says", () => {
    for (const [at, { meaning }] of Object.entries(MEMBERS)) {
      if (meaning === "read" || meaning === "harmless") continue;
      const [name = "", inner] = at.split(".");
      const asking = ASKING[at] ?? "asking";
      const body = inner === undefined ? { [name]: asking } : { [name]: { [inner]: asking } };
      if (meaning === "refused") {
        expect(failure(body)).toMatchObject({ code: "unsupported_feature", param: at });
        continue;
      }
      const { notices } = decoded(body);
      expect(notices.map(({ code }) => code)).toEqual(["parameters-ignored"]);
      expect(notices[0]?.message).toContain(at);
    }
    expect(
      codes({ generationConfig: { topP: 1, responseModalities: ["TEXT"], responseLogprobs: false } }),
    ).toEqual([]);
    expect(
      codes({ generationConfig: { mediaResolution: "LOW" }, labels: { a: "b" }, model: "models/m" }),
    ).toEqual([]);
  });

  verifies("gemini.settings", "unknown members are told", () => {
    const unknown = { surprise: 1, generationConfig: { wonder: true }, tool_config: { marvel: 1 } };
    expect(decoded(unknown).notices).toEqual([
      {
        code: "members-unknown",
        message:
          "The bridge ignored unknown members of the request: surprise, generationConfig.wonder, toolConfig.marvel.",
      },
    ]);
  });

  verifies("gemini.structured", "forms", () => {
    const format = (config: object): unknown => set(config).responseFormat;
    const json = "application/json";
    expect(format({ responseMimeType: json })).toEqual({ type: "json" });
    expect(format({ responseMimeType: "text/plain" })).toEqual({ type: "text" });
    expect(format({ responseMimeType: json, responseSchema: { type: "STRING" } })).toEqual({
      type: "json",
      schema: { type: "string" },
    });
    const schema = { type: "object", properties: { a_b: { type: "string" } } };
    for (const name of ["responseJsonSchema", "response_json_schema", "_responseJsonSchema"]) {
      expect(format({ responseMimeType: json, [name]: schema })).toEqual({ type: "json", schema });
    }
    expect(format({ responseSchema: { type: "STRING" } })).toMatchObject({ type: "json" });
    for (const config of [
      { responseMimeType: json, responseSchema: { type: "STRING" }, responseJsonSchema: schema },
      { responseMimeType: "text/plain", responseSchema: { type: "STRING" } },
      { responseMimeType: "text/x.enum" },
      { responseMimeType: json, responseSchema: { type: "WORD" } },
      { responseMimeType: json, responseJsonSchema: 5 },
    ]) {
      expect(failure({ generationConfig: config })).toMatchObject({ code: "invalid_request" });
    }
  });
});
