import type { Script, SamplingCall } from "../../support/hosts/sampling-call.ts";
import { answer, fail } from "../../support/hosts/scripts.ts";
import { chat, type LimitCase } from "../case.ts";

/** What a host answers, fails with or sends uncalled for. */
const FAILED = { status: 502, body: /host_failed/ } as const;

const failing = (name: string, text: (size: number) => string, size = 1_000_000): LimitCase => ({
  name: `a host's error text of ${name}`,
  size,
  request: () => chat({}),
  script: (size) => fail(-32_603, text(size)),
  comes: { status: [403, 429, 502, 503] },
});

const ERRORS: readonly LimitCase[] = [
  failing("what could be addresses", (size) => "A+".repeat(size)),
  failing("what could be paths", (size) => "~+/".repeat(size)),
  failing("what could be keys", (size) => "sk-".repeat(size)),
  failing("white space", (size) => " ".repeat(size)),
  failing("refusals", (size) => "denied ".repeat(size)),
  failing("persons", (size) => "user ".repeat(size)),
  failing("line breaks", (size) => "\n".repeat(size)),
];

/** Answers with a result in JSON text that no serialiser would write. */
const rawResult =
  (result: (size: number) => string) =>
  (size: number): Script =>
  (call) =>
    call.host.write(`{"jsonrpc":"2.0","id":${JSON.stringify(call.id)},"result":${result(size)}}\n`);

const RESULTS: readonly LimitCase[] = [
  {
    name: "a host's answer of empty arrays",
    size: 5_000_000,
    request: () => chat({}),
    script: rawResult((size) => `{"content":[${"[],".repeat(size)}[]]}`),
    comes: FAILED,
  },
  {
    name: "a host's answer of empty texts",
    size: 200_000,
    request: () => chat({}),
    script: rawResult((size) => `{"content":[${'{"type":"text","text":""},'.repeat(size)}"Hello."]}`),
    comes: { status: [200, 502] },
  },
  {
    name: "a host's answer that nests deep",
    size: 1_000_000,
    request: () => chat({}),
    script: rawResult((size) => `{"content":${"[".repeat(size)}${"]".repeat(size)}}`),
    comes: FAILED,
  },
  {
    name: "a host's call whose arguments nest deep",
    size: 400_000,
    host: "native",
    request: () =>
      chat({ tools: [{ type: "function", function: { name: "f", parameters: { type: "object" } } }] }),
    script: rawResult(
      (size) =>
        `{"stopReason":"toolUse","content":{"type":"tool_use","id":"1","name":"f","input":{"a":${"[".repeat(size)}${"]".repeat(size)}}}}`,
    ),
    comes: FAILED,
  },
  {
    name: "a host's answer of one long line",
    size: 8_000_000,
    request: () => chat({}),
    script: (size) => answer("x".repeat(size)),
    comes: { status: 200, body: /xxxx/ },
  },
  {
    name: "a host's answer of one letter words, streamed",
    size: 300_000,
    request: () => chat({ stream: true }),
    script: (size) => answer("a ".repeat(size)),
    comes: { status: 200, body: /\[DONE\]/ },
  },
  {
    name: "a host's answer of one endless character, streamed",
    size: 2_000_000,
    request: () => chat({ stream: true }),
    script: (size) => answer(`e${"\u0301".repeat(size)}`),
    comes: { status: 200, body: /\[DONE\]/ },
  },
  {
    name: "a host's answer with a model name without end",
    size: 4_000_000,
    request: () => chat({}),
    script: (size) =>
      answer({ role: "assistant", model: "m".repeat(size), content: { type: "text", text: "Hello." } }),
    comes: { status: 200, body: /Hello\./ },
  },
];

/** Sends progress on a call's token. */
function progress(call: SamplingCall, count: number, message: string): void {
  const { progressToken } = call.params["_meta"] as { readonly progressToken: string };
  const line = JSON.stringify({
    jsonrpc: "2.0",
    method: "notifications/progress",
    params: { progressToken, progress: 1, message },
  });
  call.host.write(`${line}\n`.repeat(count));
}

const FLOODS: readonly LimitCase[] = [
  {
    name: "an answer in very many pieces of one letter",
    size: 100_000,
    host: "streaming",
    request: () => chat({ stream: true }),
    script: (size) => (call) => {
      progress(call, size, "a");
      call.answer("a".repeat(size));
    },
    comes: { status: 200, body: /\[DONE\]/ },
  },
  {
    name: "an answer in very many pieces of one letter, read as a whole",
    size: 100_000,
    host: "streaming",
    request: () => chat({}),
    script: (size) => (call) => {
      progress(call, size, "a");
      call.answer("a".repeat(size));
    },
    comes: { status: 200, body: /aaaa/ },
  },
  {
    name: "pieces that contain what the stop sequences begin with",
    size: 100_000,
    host: "streaming",
    request: () => chat({ stop: Array.from({ length: 4 }, (_, index) => `${"a".repeat(4000)}${index}`) }),
    script: (size) => (call) => {
      progress(call, size, "a");
      call.answer("a".repeat(size));
    },
    comes: { status: 200, body: /aaaa/ },
  },
  {
    name: "the answer to one request again and again",
    size: 100_000,
    request: () => chat({}),
    script: (size) => (call) => {
      call.answer("Hello.");
      call.host.write(`{"jsonrpc":"2.0","id":${JSON.stringify(call.id)},"result":{}}\n`.repeat(size));
    },
    comes: { status: 200, body: /Hello\./ },
  },
  {
    name: "a host's lines that are no JSON",
    size: 50_000,
    request: () => chat({}),
    script: (size) => (call) => {
      call.host.write("nonsense\n".repeat(size));
      call.answer("Hello.");
    },
    comes: { status: 200, body: /Hello\./ },
  },
  {
    name: "a host's line without end",
    size: 100_000_000,
    request: () => chat({}),
    script: (size) => (call) => {
      call.host.write("x".repeat(size));
      call.host.write("\n");
      call.answer("Hello.");
    },
    comes: { status: 200, body: /Hello\./ },
  },
  {
    name: "a host's batch of very many messages",
    size: 300_000,
    request: () => chat({}),
    script: (size) => (call) => {
      call.host.write(`[${'{"jsonrpc":"2.0","method":"x"},'.repeat(size)}{}]\n`);
      call.answer("Hello.");
    },
    comes: { status: 200, body: /Hello\./ },
  },
];

const STOPS: readonly LimitCase[] = [
  {
    name: "as many stop sequences as may be, all of one letter",
    size: 1_000_000,
    request: () => chat({ stop: Array.from({ length: 64 }, (_, index) => `${"a".repeat(4000)}${index}`) }),
    script: (size) => answer("a".repeat(size)),
    comes: { status: 200, body: /aaaa/ },
  },
  {
    name: "stop sequences without number",
    size: 8000,
    request: (size) =>
      chat({ stop: Array.from({ length: 200 }, (_, index) => `${"a".repeat(size)}${index}`) }),
    script: () => answer("a".repeat(20_000)),
    comes: { status: [200, 400] },
  },
];

export const cases: readonly LimitCase[] = [...ERRORS, ...RESULTS, ...FLOODS, ...STOPS];
