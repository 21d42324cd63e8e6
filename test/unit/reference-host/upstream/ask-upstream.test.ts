import { once } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import type { Delta } from "../../../../src/hosts/mcp/sampling-stream.ts";
import { anthropic } from "../../../../src/reference-host/upstream/anthropic.ts";
import { UpstreamClient, type Emit } from "../../../../src/reference-host/upstream/ask-upstream.ts";
import { openai } from "../../../../src/reference-host/upstream/openai.ts";
import type { UpstreamApi } from "../../../../src/reference-host/upstream/upstream.ts";
import {
  anthropicEvents,
  chunk,
  sse,
  startUpstream,
  stream,
  USAGE_CHUNK,
  write,
  type FakeUpstream,
} from "../../../support/upstreams/fake-upstream.ts";
import { Gate } from "../../../support/streams/gate.ts";
import { verifies } from "../../../support/verifies.ts";

let upstream: FakeUpstream | undefined;
afterEach(async () => {
  await upstream?.close();
});

const PARAMS = { messages: [], maxTokens: 9 };

async function open(api: UpstreamApi, script: FakeUpstream["script"]) {
  upstream = await startUpstream(script);
  const { url } = upstream;
  const deltas: Delta[] = [];
  const keep: Emit = (delta) => {
    deltas.push(delta);
    return Promise.resolve();
  };
  const lent = { api, endpoint: api.endpoint(new URL(url)), key: undefined };
  const run = (emit: Emit = keep, signal = new AbortController().signal) =>
    new UpstreamClient(lent).ask({ params: PARAMS, model: "m" }, emit, signal);
  return { run, deltas };
}

const call = (index: number, id: string, json: string) =>
  chunk({ tool_calls: [{ index, id, function: { name: "f", arguments: json } }] });

const ANSWERS: readonly (readonly [string, UpstreamApi, string, object])[] = [
  [
    "a chat completion",
    openai,
    `: comment\n\n${sse(chunk({ content: "Grüße, 你" }), chunk({ content: "好 👋🏽" }), call(0, "a", "{}"), call(1, "b", '{"x":1}'), chunk({}, "tool_calls"), USAGE_CHUNK, "[DONE]")}`,
    {
      model: "fake/large",
      stopReason: "toolUse",
      content: [
        { type: "text", text: "Grüße, 你好 👋🏽" },
        { type: "tool_use", id: "a", name: "f", input: {} },
        { type: "tool_use", id: "b", name: "f", input: { x: 1 } },
      ],
      _meta: { "mcp-token-bridge/usage": { inputTokens: 1204, outputTokens: 87 } },
    },
  ],
  [
    "a chat completion with CRLF",
    openai,
    sse(chunk({ content: "Hi" }), chunk({}, "stop")).replaceAll("\n", "\r\n"),
    { stopReason: "endTurn", content: { type: "text", text: "Hi" }, _meta: { "mcp-token-bridge/usage": {} } },
  ],
  [
    "a message",
    anthropic,
    anthropicEvents("Grüße, 你好 👋🏽", { path: "é" }),
    {
      model: "fake/claude",
      stopReason: "toolUse",
      content: [
        { type: "text", text: "Grüße, 你好 👋🏽" },
        { type: "tool_use", id: "toolu_1", name: "read_file", input: { path: "é" } },
      ],
    },
  ],
];

for (const [name, api, text, expected] of ANSWERS) {
  verifies(
    ["own-host.openai", "own-host.anthropic"],
    `${name} is the same in every chunking, and its deltas are all of it`,
    async () => {
      for (const size of [1, 2, 5, 64, Infinity]) {
        const { run, deltas } = await open(api, async (each) => {
          stream(each);
          await write(each, text, size);
          each.reply.end();
        });
        const { content, ...rest } = await run();
        expect({ content, ...rest }).toMatchObject(expected);
        const whole = [content]
          .flat()
          .map((block) => (block.type === "text" ? block.text : ""))
          .join("");
        expect(deltas.map((delta) => (delta.type === "text" ? delta.text : "")).join("")).toBe(whole);
        await upstream?.close();
        upstream = undefined;
      }
    },
  );
}

test("the upstream is read no faster than the deltas are taken", async () => {
  const pieces = 400;
  const text = "x".repeat(65_000);
  const stuck = new Gate();
  let written = 0;
  const { run } = await open(openai, async (each) => {
    stream(each);
    for (; written < pieces; written += 1) {
      if (each.reply.write(sse(chunk({ content: text })))) continue;
      stuck.open();
      await once(each.reply, "drain");
    }
    await write(each, sse(chunk({}, "stop")));
    each.reply.end();
  });
  let taken = 0;
  let ahead = 0;
  const { content } = await run(async (delta) => {
    await stuck.pass();
    await nextTurn();
    ahead = Math.max(ahead, written - taken);
    if (delta.type === "text") taken += 1;
  });
  expect(content).toMatchObject({ type: "text", text: text.repeat(pieces) });
  // What the sockets hold.
  expect(ahead).toBeLessThan(pieces / 2);
});

verifies("own-host.cancel", "aborting ends the request in every phase", async () => {
  for (const phase of ["before the headers", "in the middle"]) {
    const begun = new Gate();
    const { run } = await open(openai, async (each) => {
      if (phase === "in the middle") {
        stream(each);
        await write(each, sse(chunk({ content: "one" })));
      }
      begun.open();
    });
    const left = new AbortController();
    const running = run(undefined, left.signal);
    running.catch(() => undefined);
    await begun.pass();
    left.abort(new Error("left"));
    await expect(running).rejects.toThrow("left");
    await upstream?.calls[0]?.left;
    await upstream?.close();
    upstream = undefined;
  }
});

verifies("own-host.failures", "what is no stream, and calls that are no JSON, are told", async () => {
  const cases: readonly (readonly [FakeUpstream["script"], RegExp])[] = [
    [
      (each) => {
        each.reply.writeHead(200, { "content-type": "application/json" });
        each.reply.end("{}");
      },
      /does not stream: it answers with application\/json/,
    ],
    [
      (each) => {
        stream(each);
        each.reply.end(sse(call(0, "a", "{x"), chunk({}, "tool_calls")));
      },
      /called the tool "f" with an input that is not JSON/,
    ],
    [
      (each) => {
        each.reply.writeHead(302, { location: "http://127.0.0.1:9/" });
        each.reply.end();
      },
      /cannot be reached/,
    ],
  ];
  for (const [script, words] of cases) {
    const { run } = await open(openai, script);
    await expect(run()).rejects.toThrow(words);
    await upstream?.close();
    upstream = undefined;
  }
});
