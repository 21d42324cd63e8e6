import type { JsonObject } from "../../support/hosts/sampling-call.ts";
import { checkReply, gemini, raw, send, type LimitCase } from "../case.ts";

/** Requests of Google's API: contents in pieces, calls without ids, schemas and spellings of its own. */
const USER: JsonObject = { role: "user", parts: [{ text: "Hello?" }] };
const TAKEN = { status: [200, 400, 404] } as const;
const ANSWERED = { status: 200, body: /"finishReason":"STOP"/ } as const;

function times<Value>(count: number, make: (index: number) => Value): Value[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

const call = (name: string, id?: string): JsonObject => ({ functionCall: { name, ...(id && { id }) } });
const result = (name: string, id?: string): JsonObject => ({
  functionResponse: { name, response: { output: "x" }, ...(id && { id }) },
});

/** One message of calls, and one of their results. */
function called(calls: readonly JsonObject[], results: readonly JsonObject[]): JsonObject {
  return {
    contents: [USER, { role: "model", parts: calls }, { role: "user", parts: results }],
  };
}

const declared = (parameters: unknown, name = "look"): JsonObject => ({
  tools: [{ functionDeclarations: [{ name, parameters }] }],
});

function nested(levels: number, inner: unknown, wrap: (inner: unknown) => unknown): unknown {
  let value = inner;
  for (let level = 0; level < levels; level += 1) value = wrap(value);
  return value;
}

const MODEL_PATH = "/v1beta/models/";
const HELLO = JSON.stringify({ contents: [USER] });

const INHERITED = ["__proto__", "constructor", "toString", "hasOwnProperty"] as const;

export const cases: readonly LimitCase[] = [
  {
    name: "Gemini: an answer that comes back in as many pieces as it had",
    size: 40_000,
    request: (size) =>
      gemini({
        contents: [
          USER,
          ...times(size, (index) => ({ role: "model", parts: [{ text: index % 2 === 0 ? "" : "ab" }] })),
          USER,
        ],
      }),
    comes: ANSWERED,
  },
  {
    name: "Gemini: one content of parts without end",
    size: 99_000,
    request: (size) => gemini({ contents: [{ parts: times(size, () => ({ text: "a" })) }] }),
    comes: ANSWERED,
  },
  {
    name: "Gemini: calls of one name without ids, and their results from the last to the first",
    size: 30_000,
    request: (size) =>
      gemini(
        called(
          times(size, () => call("f")),
          times(size, () => result("f")),
        ),
      ),
    comes: ANSWERED,
  },
  {
    name: "Gemini: calls of names of their own without ids",
    size: 30_000,
    request: (size) =>
      gemini(
        called(
          times(size, (index) => call(`f${index}`)),
          times(size, (index) => result(`f${size - index - 1}`)),
        ),
      ),
    comes: ANSWERED,
  },
  {
    name: "Gemini: results with ids that no call has",
    size: 20_000,
    request: (size) =>
      gemini(
        called(
          times(size, (index) => call("f", `a${index}`)),
          times(size, (index) => result("f", `b${index}`)),
        ),
      ),
    comes: ANSWERED,
  },
  {
    name: "Gemini: a signature of very many pieces",
    size: 200_000,
    request(size) {
      const thoughtSignature = Buffer.from(`signed:${"a ".repeat(size)}`).toString("base64");
      return gemini({ contents: [USER, { role: "model", parts: [{ text: "a", thoughtSignature }] }, USER] });
    },
    comes: ANSWERED,
  },
  {
    name: "Gemini: members that nobody knows, in spellings of their own",
    size: 60_000,
    request: (size) =>
      gemini(Object.fromEntries(times(size, (index) => [`un_known_${index}`, { a_b: index }]))),
    comes: ANSWERED,
  },
  {
    name: "Gemini: a member whose name is all underscores",
    size: 2_000_000,
    request: (size) => gemini({ [`${"a_".repeat(size)}b`]: 1, generation_config: { ["_".repeat(size)]: 1 } }),
    comes: ANSWERED,
  },
  {
    name: "Gemini: a schema of very many properties",
    size: 20_000,
    request: (size) =>
      gemini(
        declared({
          type: "OBJECT",
          properties: Object.fromEntries(
            times(size, (index) => [`p_${index}`, { type: "STRING", nullable: true, enum: ["A", "B"] }]),
          ),
        }),
      ),
    comes: TAKEN,
  },
  {
    name: "Gemini: a schema that nests as deep as a body may",
    size: 120,
    fixed: true,
    request: (size) =>
      gemini(
        declared(nested(size, { type: "STRING" }, (inner) => ({ type: "OBJECT", properties: { a: inner } }))),
      ),
    comes: TAKEN,
  },
  {
    name: "Gemini: a schema of choices in choices",
    size: 100,
    fixed: true,
    request: (size) =>
      gemini({
        generationConfig: {
          responseMimeType: "application/json",
          responseSchema: nested(size, { type: "STRING" }, (inner) => ({
            any_of: [inner, { type: "NULL" }],
          })),
        },
      }),
    comes: { status: [200, 400, 502] },
  },
  {
    name: "Gemini: sixty thousand declarations",
    size: 60_000,
    request: (size) =>
      gemini({ tools: [{ functionDeclarations: times(size, (index) => ({ name: `f${index}` })) }] }),
    comes: TAKEN,
  },
  {
    name: "Gemini: very many tools of one declaration each, and as many allowed names",
    size: 20_000,
    request: (size) =>
      gemini({
        tools: times(size, (index) => ({ functionDeclarations: [{ name: `f${index}` }] })),
        toolConfig: {
          functionCallingConfig: { mode: "ANY", allowedFunctionNames: times(size, (index) => `f${index}`) },
        },
      }),
    comes: { status: [200, 400, 502] },
  },
  {
    name: "Gemini: the arguments of a call nest deeper than a host can be told",
    size: 230,
    fixed: true,
    request: (size) =>
      gemini({
        contents: [
          USER,
          {
            role: "model",
            parts: [{ functionCall: { name: "f", args: nested(size, 1, (inner) => ({ a: inner })) } }],
          },
          USER,
        ],
      }),
    comes: { status: 400, body: /nests deeper/ },
  },
  {
    name: "Gemini: names that every object has",
    size: 1,
    fixed: true,
    async act({ url }) {
      for (const name of INHERITED) {
        const member = `${JSON.stringify(name)}:{"a":1}`;
        for (const body of [
          `{"contents":[{"parts":[{"text":"a"}]}],${member}}`,
          `{"contents":[{"parts":[{"text":"a",${member}}]}]}`,
          `{"contents":[{"parts":[{${member}}]}]}`,
          `{"contents":[{"parts":[{"text":"a"}]},{"role":"model","parts":[{"functionCall":{"name":${JSON.stringify(name)},"args":{${member}}}}]},{"parts":[{"functionResponse":{"name":${JSON.stringify(name)},"response":{${member}}}}]}]}`,
          `{"contents":[{"parts":[{"text":"a"}]}],"tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT","properties":{${member}}}}]}]}`,
          `{"contents":[{"parts":[{"text":"a"}]}],"tools":[{${member}}],"generationConfig":{${member}}}`,
        ]) {
          checkReply(await send(url, raw(`${MODEL_PATH}auto:generateContent`, body)), TAKEN);
        }
      }
    },
  },
  {
    name: "Gemini: addresses of slashes, colons and escapes",
    size: 4000,
    async act({ url }, size) {
      for (const model of [
        ":".repeat(size),
        "a/".repeat(size),
        ":generateContent".repeat(size / 16),
        "%2F".repeat(size / 3),
        "%".repeat(size),
        "models/".repeat(size / 7),
        `${"a:aA".repeat(size / 4)}:`,
      ]) {
        const reply = await send(url, raw(`${MODEL_PATH}${model}:generateContent`, HELLO));
        checkReply(reply, TAKEN);
      }
    },
  },
];
