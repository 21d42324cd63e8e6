/** Arbitrary requests that are wrong in some way, or in none: from slightly wrong values to bytes that are no HTTP. */
import * as fc from "fast-check";
import { PATHS } from "../bridge/ask.ts";

export interface HostileRequest {
  readonly bytes: Buffer;
  /** The connection ends after the bytes, because they announce more than comes. */
  readonly cutShort: boolean;
  /** Whether the answer must be in Anthropic's dialect; `undefined` where the bytes do not say. */
  readonly anthropic: boolean | undefined;
}

interface Parts {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

const TEXTS = [
  "",
  "x",
  "\u0000",
  "\uD800",
  "\u202E\u2028\u2029",
  "'; DROP TABLE keys; --",
  "${jndi:ldap://x}",
  "{{7*7}}",
  "../../etc/passwd",
  "<script>alert(1)</script>",
  "%00%ff",
  "constructor",
  "__proto__",
  "toString",
  "e\u0301".repeat(50),
  "x".repeat(5000),
];
const NUMBERS = [0, -0, -1, 1, 0.5, 1e21, -1e308, 2 ** 31, 2 ** 53, 5e-324];

/** Any JSON value, with a liking for those that break things. */
const value: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(...TEXTS, ...NUMBERS, null, true, false, [], {}, [[]], [null]),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 400 }).map(nested) },
);

function nested(depth: number): unknown {
  let inner: unknown = "deep";
  for (let level = 0; level < depth; level += 1) inner = level % 2 === 0 ? [inner] : { type: inner };
  return inner;
}

const IMAGE = "iVBORw0KGgo=";
const QUESTIONS: readonly (readonly [path: string, body: unknown])[] = [
  [
    PATHS["openai-chat"],
    {
      model: "auto",
      messages: [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "Hello?" },
            { type: "image_url", image_url: { url: `data:image/png;base64,${IMAGE}` } },
          ],
        },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }],
        },
        { role: "tool", tool_call_id: "c", content: "done" },
      ],
      tools: [{ type: "function", function: { name: "f", parameters: { type: "object" } } }],
      tool_choice: "auto",
      response_format: { type: "json_schema", json_schema: { name: "s", schema: {} } },
      stop: ["END"],
      max_tokens: 10,
      temperature: 1,
      stream_options: { include_usage: true },
      n: 1,
    },
  ],
  [
    PATHS["anthropic-messages"],
    {
      model: "auto",
      max_tokens: 10,
      system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "Hello?" },
            { type: "image", source: { type: "base64", media_type: "image/png", data: IMAGE } },
          ],
        },
        { role: "assistant", content: [{ type: "tool_use", id: "c", name: "f", input: {} }] },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "c", content: "done" }] },
      ],
      tools: [{ name: "f", input_schema: { type: "object" } }],
      tool_choice: { type: "auto" },
      thinking: { type: "enabled", budget_tokens: 1024 },
      stop_sequences: ["END"],
      metadata: { user_id: "u" },
    },
  ],
  [
    "/v1beta/models/auto:streamGenerateContent?alt=sse",
    {
      contents: [
        {
          role: "user",
          parts: [{ text: "Hello?" }, { inline_data: { mime_type: "image/png", data: IMAGE } }],
        },
        { role: "model", parts: [{ functionCall: { name: "f", args: {} }, thoughtSignature: "c2ln" }] },
        { role: "user", parts: [{ functionResponse: { name: "f", response: { output: "done" } } }] },
      ],
      systemInstruction: { parts: [{ text: "Be brief." }] },
      tools: [{ functionDeclarations: [{ name: "f", parameters: { type: "OBJECT", properties: {} } }] }],
      toolConfig: { functionCallingConfig: { mode: "AUTO" } },
      generationConfig: {
        maxOutputTokens: 10,
        responseMimeType: "application/json",
        responseSchema: { type: "OBJECT", nullable: true },
        thinkingConfig: { thinkingBudget: -1 },
      },
    },
  ],
  [
    "/api/chat",
    {
      model: "auto",
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hello?", images: [IMAGE] },
        {
          role: "assistant",
          content: "",
          thinking: "Hm.",
          tool_calls: [{ function: { name: "f", arguments: { a: 1 } } }],
        },
        { role: "tool", tool_name: "f", content: "done" },
      ],
      tools: [{ type: "function", function: { name: "f", parameters: { type: "object" } } }],
      format: { type: "object" },
      think: "low",
      options: { num_predict: 10, temperature: 1, stop: ["END"], seed: 1 },
      keep_alive: "5m",
    },
  ],
  [
    "/api/generate",
    { model: "auto", prompt: "Hello?", system: "Be brief.", images: [IMAGE], format: "json", stream: false },
  ],
  ["/api/show", { model: "auto" }],
  [
    "/v1/messages/count_tokens",
    {
      model: "auto",
      messages: [{ role: "user", content: "Hello?" }],
      tools: [{ name: "f", input_schema: {} }],
    },
  ],
];

/** A body that was right, with some of its values replaced, left out or added. */
const mutated = fc
  .tuple(
    fc.constantFrom(...QUESTIONS),
    fc.boolean(),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom("replace", "remove", "add"), value), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([[path, body], stream, changes]) => {
    const copy = structuredClone(body) as Record<string, unknown>;
    if (stream) copy["stream"] = true;
    for (const [pick, change, replacement] of changes) mutate(copy, pick, change, replacement);
    return { path, body: JSON.stringify(copy) };
  });

function mutate(root: object, pick: number, change: string, replacement: unknown): void {
  const places: (readonly [Record<string, unknown>, string])[] = [];
  const walk = (node: object): void => {
    for (const [key, child] of Object.entries(node)) {
      places.push([node as Record<string, unknown>, key]);
      if (typeof child === "object" && child !== null) walk(child as object);
    }
  };
  walk(root);
  const place = places[pick % places.length];
  if (place === undefined) return;
  const [holder, key] = place;
  if (change === "remove") {
    delete holder[key];
    return;
  }
  // Also for members named `__proto__`, which an assignment would not add.
  Object.defineProperty(holder, change === "add" ? (TEXTS[pick % TEXTS.length] ?? "x") : key, {
    value: structuredClone(replacement),
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

/** Bodies that are no JSON, or hardly. */
const brokenBody = fc.oneof(
  mutated.map(({ body }) => Buffer.from(body.slice(0, Math.floor(body.length / 2)))),
  fc.tuple(mutated, fc.nat(), fc.nat({ max: 255 })).map(([{ body }, at, byte]) => {
    const bytes = Buffer.from(body);
    bytes[at % bytes.length] = byte;
    return bytes;
  }),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  value.map((json) => Buffer.from(JSON.stringify(json))),
  fc.constantFrom(1000, 100_000).map((depth) => Buffer.from("[".repeat(depth))),
  fc.constantFrom(1000, 100_000).map((depth) => Buffer.from('{"messages":'.repeat(depth))),
);

const PATHS_TRIED = [
  ...Object.values(PATHS),
  "/v1/messages/count_tokens",
  "/v1/models",
  "/v1/models/%",
  "/v1/models/auto",
  "/health",
  "/ready",
  "/metrics",
  "/",
  "//",
  "/v1",
  "/v1/completions",
  "/v1/chat/completions/../../x",
  "/v1//messages/",
  "/messages?beta=true",
  "/%2e%2e/%2e%2e",
  `/${"a/".repeat(2000)}`,
  "http://localhost/v1/messages",
  "http://evil.example/v1/messages",
  "http://[::1/x",
  "*",
  "/\u00FF",
];
const METHODS = ["GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "QUERY", "PROPFIND"];
const HEADERS: readonly (readonly [string, string])[] = [
  ["authorization", "Bearer "],
  ["authorization", `Bearer ${"k".repeat(8000)}`],
  ["authorization", "Bearer ' OR 1=1 --"],
  ["authorization", "Basic \u00ff\u00fe"],
  ["x-api-key", "\u00e4'\";--"],
  ["content-type", "text/plain"],
  ["content-type", "application/json; charset=utf-16"],
  ["content-type", "\u00ff"],
  ["content-encoding", "gzip"],
  ["expect", "100-continue"],
  ["expect", "nothing"],
  ["origin", "null"],
  ["origin", "http://evil.example"],
  ["host", "evil.example"],
  ["host", "\u00ff"],
  ["anthropic-version", "2023-06-01"],
  ["anthropic-version", ""],
  ["anthropic-beta", "x".repeat(4000)],
  ["x-mcp-stream-unit", "page"],
  ["x-claude-code-session-id", "s".repeat(3000)],
  ["accept", "image/png"],
  ["connection", "close"],
  ["upgrade", "h2c"],
  ["te", "trailers"],
  ["range", "bytes=0-1"],
  ["if-none-match", "*"],
  ["cookie", "a=b; ".repeat(500)],
];

const GOOD = { method: "POST", headers: [["content-type", "application/json"]] } as const;

const whole: fc.Arbitrary<HostileRequest> = fc
  .oneof(
    { weight: 6, arbitrary: mutated.map(({ path, body }) => ({ ...GOOD, path, body: Buffer.from(body) })) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom(...QUESTIONS), brokenBody)
        .map(([[path], body]) => ({ ...GOOD, path, body })),
    },
    {
      weight: 3,
      arbitrary: fc.record<Parts>({
        method: fc.constantFrom(...METHODS),
        path: fc.constantFrom(...PATHS_TRIED),
        headers: fc.array(fc.constantFrom(...HEADERS), { maxLength: 3 }),
        body: fc.oneof(fc.constant(Buffer.alloc(0)), brokenBody),
      }),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(mutated, fc.array(fc.constantFrom(...HEADERS), { minLength: 1, maxLength: 3 }))
        .map(([{ path, body }, headers]) => ({ ...GOOD, path, headers, body: Buffer.from(body) })),
    },
  )
  .map((parts) => ({ bytes: toBytes(parts), cutShort: false, anthropic: isAnthropic(parts) }));

const OWN_HOST = "host: localhost\r\n";
const POST = `POST /v1/messages HTTP/1.1\r\n${OWN_HOST}content-type: application/json\r\n`;

/** Bytes that no HTTP client sends. */
const raw: fc.Arbitrary<HostileRequest> = fc.oneof(
  fc
    .constantFrom<readonly [string, boolean | undefined]>(
      ["\r\n\r\n\r\nGARBAGE\r\n\r\n", undefined],
      ["GET\r\n\r\n", undefined],
      ["GET / HTTP/0.9\r\n\r\n", undefined],
      ["GET / HTTP/2.0\r\n\r\n", undefined],
      ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", undefined],
      ["\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", undefined],
      [`${POST}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, true],
      [`${POST}content-length: 3\r\ncontent-length: 4\r\n\r\nabcd`, true],
      [`${POST}content-length: +3\r\n\r\nabc`, true],
      [`${POST}content-length: 0x3\r\n\r\nabc`, true],
      [`${POST}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n`, true],
      [`${POST}transfer-encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n`, true],
      [`${POST}transfer-encoding: chunked\r\n\r\n-1\r\n`, true],
      [`${POST}x: a\r\n b\r\ncontent-length: 2\r\n\r\n{}`, undefined],
      [`${POST}x\u0000y: a\r\n\r\n`, undefined],
      [`${POST}: a\r\n\r\n`, undefined],
      [`${POST}x: ${"y".repeat(20_000)}\r\n\r\n`, undefined],
      [`GET /v1/models HTTP/1.1\nhost: localhost\n\n`, undefined],
      [`GET /v1/models HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n`, false],
      ["GET /health HTTP/1.1\r\n\r\n", undefined],
    )
    .map(([text, anthropic]) => ({ bytes: Buffer.from(text, "latin1"), cutShort: false, anthropic })),
  fc.tuple(whole, fc.nat()).map(([request, at]) => ({
    bytes: request.bytes.subarray(0, 1 + (at % request.bytes.length)),
    cutShort: true,
    anthropic: undefined,
  })),
);

export const hostileRequest: fc.Arbitrary<HostileRequest> = fc.oneof(
  { weight: 12, arbitrary: whole },
  { weight: 1, arbitrary: raw },
);

function toBytes({ method, path, headers, body }: Parts): Buffer {
  const own = headers.some(([name]) => name === "host") ? "" : OWN_HOST;
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const length = body.length > 0 || method === "POST" ? `content-length: ${body.length}\r\n` : "";
  const head = `${method} ${path} HTTP/1.1\r\n${own}${lines}${length}\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), body]);
}

function isAnthropic({ path, headers }: Parts): boolean | undefined {
  if (/\/chat\/completions|\/v1beta\/|^\/api\//.test(path)) return false;
  if (/^(?:http:\/\/[a-z.]+)?(?:\/\/?v1)?\/+messages(?:$|[/?])/.test(path)) return true;
  return headers.some(([name]) => name === "anthropic-version");
}
