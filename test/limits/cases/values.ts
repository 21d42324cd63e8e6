import {
  chat,
  checkReply,
  messages,
  raw,
  responses,
  send,
  type HostileBody,
  type LimitCase,
} from "../case.ts";
import type { JsonObject } from "../../support/hosts/sampling-call.ts";

/** Values that are odd rather than many: names that every object has, figures without bounds, text that is no text. */
const TAKEN = { status: [200, 400, 404] } as const;
const INHERITED = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"] as const;

/** JSON text in which a member may be named `__proto__`. */
const named = (name: string, value = "{}"): string => `{${JSON.stringify(name)}:${value}}`;

function inherited(name: string): HostileBody[] {
  const schema = `{"type":"object","properties":${named(name, '{"type":"string"}')},"required":[${JSON.stringify(name)}]}`;
  const fn = `{"name":${JSON.stringify(name)},"parameters":${schema}}`;
  const call = { id: name, type: "function", function: { name, arguments: named(name) } };
  return [
    raw(
      "/v1/chat/completions",
      `{"model":"auto","messages":[{"role":"user","content":"Hello?"}],"tools":[{"type":"function","function":${fn}}]}`,
    ),
    raw(
      "/v1/messages",
      `{"model":"auto","max_tokens":9,"messages":[{"role":"user","content":"Hello?"}],"tools":[{"name":${JSON.stringify(name)},"input_schema":${schema}}],"metadata":${named(name)}}`,
    ),
    raw(
      "/v1/responses",
      `{"model":"auto","input":"Hello?","tools":[{"type":"function","name":${JSON.stringify(name)},"parameters":${schema}}],"metadata":${named(name, '"x"')}}`,
    ),
    chat({
      messages: [
        { role: "user", content: "Hello?" },
        { role: "assistant", tool_calls: [call] },
        { role: "tool", tool_call_id: name, content: "x" },
      ],
    }),
    chat({ model: name }),
    messages({ messages: [{ role: "user", content: [{ type: name }] }] }),
    responses({ input: [{ type: name, role: "user", content: "x" }] }),
    responses({ previous_response_id: name }),
    responses({ conversation: name }),
    chat({ tool_choice: { type: "function", function: { name } } }),
    chat({ response_format: { type: name } }),
    chat({ reasoning_effort: name, service_tier: name, stream_options: { [name]: true } }),
    raw(
      "/v1/chat/completions",
      `{${JSON.stringify(name)}:{"messages":7},"model":"auto","messages":[{"role":"user","content":"Hello?"}]}`,
    ),
  ];
}

const FIGURES = ["1e400", "-1e400", "1e308", "-0", "0.5", "9007199254740993", "1".repeat(400)] as const;
const MEMBERS = [
  "max_tokens",
  "max_completion_tokens",
  "max_output_tokens",
  "temperature",
  "top_p",
  "n",
  "seed",
  "top_k",
] as const;

/** As many times as a case says. */
async function sendAll(url: string, bodies: readonly HostileBody[]): Promise<void> {
  for (const body of bodies) checkReply(await send(url, body), TAKEN);
}

const user = (content: string): JsonObject[] => [{ role: "user", content }];

const WORDS: readonly (readonly [string, (size: number) => string])[] = [
  ["one word without end", (size) => "a".repeat(size)],
  ["one line of punctuation", (size) => "!?".repeat(size / 2)],
  ["blanks", (size) => " ".repeat(size)],
  ["line breaks", (size) => "\n".repeat(size)],
  ["figures", (size) => "7".repeat(size)],
  ["signs of one character", (size) => "名".repeat(size / 3)],
  ["marks upon marks", (size) => "e\u0301\u0302".repeat(size / 5)],
  ["halves of characters", (size) => String.raw`\ud800`.repeat(size / 6)],
  ["signs without a width", (size) => "\u200D".repeat(size / 3)],
];

const PATHS = ["/v1/messages/count_tokens", "/v1/responses/input_tokens", "/v1/responses/compact"] as const;

/** A body for any of the paths beside the three main ones. */
const anyPath = (path: string, text: string): HostileBody =>
  raw(
    path,
    `{"model":"auto","max_tokens":9,"messages":[{"role":"user","content":"${text}"}],"input":"${text}"}`,
  );

const escaped = (text: string): string => text.replaceAll("\n", String.raw`\n`);

export const cases: readonly LimitCase[] = [
  ...INHERITED.map((name): LimitCase => ({
    name: `the name ${name}, wherever a name may stand`,
    size: 1,
    act: ({ url }) => sendAll(url, inherited(name)),
  })),
  ...(["text", "native"] as const).map((host): LimitCase => ({
    name: `calls by names that every object has, of a host of the kind ${host}`,
    host,
    size: 1,
    script: () => (call) => {
      const tool = INHERITED.find((name) => call.lastText.includes(name)) ?? "toString";
      if (host === "text")
        call.answer(`<tool_call>{"name":"${tool}","arguments":${named(tool)}}</tool_call>`);
      else {
        const content = `{"type":"tool_use","id":"${tool}","name":"${tool}","input":${named(tool)}}`;
        const result = `{"role":"assistant","model":"${tool}","stopReason":"${tool}","content":[${content}],"_meta":${named(tool)}}`;
        call.host.write(`{"jsonrpc":"2.0","id":${JSON.stringify(call.id)},"result":${result}}\n`);
      }
    },
    async act({ url }) {
      for (const name of INHERITED) {
        const tools = [{ type: "function", function: { name, parameters: { type: "object" } } }];
        checkReply(await send(url, chat({ tools, messages: user(`Call ${name}.`) })), {
          status: 200,
          body: new RegExp(`"name":"${name}"`),
        });
        const foreign = [{ type: "function", function: { name: "look", parameters: { type: "object" } } }];
        checkReply(await send(url, chat({ tools: foreign, messages: user(`Call ${name}.`) })), {
          status: [200, 502],
        });
      }
    },
  })),
  {
    name: "figures beyond all bounds, wherever a figure may stand",
    size: 1,
    act: ({ url }) =>
      sendAll(
        url,
        MEMBERS.flatMap((member) =>
          FIGURES.flatMap((figure) =>
            ["/v1/chat/completions", "/v1/messages", "/v1/responses"].map((path) =>
              raw(
                path,
                `{"model":"auto","max_tokens":9,"messages":[{"role":"user","content":"?"}],"input":"?","${member}":${figure}}`,
              ),
            ),
          ),
        ),
      ),
  },
  {
    name: "one member over and over",
    size: 100_000,
    request: (size) =>
      raw(
        "/v1/chat/completions",
        `{${'"model":"auto",'.repeat(size)}"messages":[{"role":"user","content":"Hello?"}]}`,
      ),
    comes: { status: 200 },
  },
  {
    name: "a mark of the order of bytes before the body",
    size: 1,
    request: () => {
      const { path, body } = chat({});
      return raw(path, `\uFEFF${body}`);
    },
    comes: { status: 200 },
  },
  ...["model", "user", "conversation", "prompt_cache_key"].map((member): LimitCase => ({
    name: `control characters in ${member}`,
    size: 100_000,
    small: 300,
    request: (size) => chat({ [member]: `a\r\nset-cookie: b\u0000\u001B[2J\u202E${"\u0007".repeat(size)}` }),
    comes: TAKEN,
  })),
  ...PATHS.flatMap((path, index) =>
    // They count by the same means: the first is tried with all.
    (index === 0 ? WORDS : WORDS.slice(0, 2)).map(([name, text]): LimitCase => ({
      name: `${path}: ${name}`,
      size: 1_000_000,
      request: (size) => anyPath(path, escaped(text(size))),
      comes: { status: [200, 400, 413] },
    })),
  ),
  ...WORDS.map(([name, text]): LimitCase => ({
    name: `an answer of ${name}, streamed by the token`,
    size: 100_000,
    request: () => ({ ...chat({ stream: true }), headers: { "x-mcp-stream-unit": "token" } }),
    script: (size) => (call) => call.answer(JSON.parse(`"${escaped(text(size))}"`) as string),
    comes: { status: 200, body: /\[DONE\]/ },
  })),
  ...WORDS.map(([name, text]): LimitCase => ({
    name: `an answer of ${name}, cut at a limit, streamed by the sentence`,
    size: 100_000,
    request: () => ({
      ...messages({ stream: true, max_tokens: 100_000 }),
      headers: { "x-mcp-stream-unit": "sentence" },
    }),
    script: (size) => (call) => call.answer(JSON.parse(`"${escaped(text(size))}"`) as string),
    comes: { status: 200, body: /message_stop/ },
  })),
];
