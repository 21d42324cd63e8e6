/** `mcptb host` with a model server of its own, the real bridge that it starts, and the official client. */
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";
import { ask, errorOf } from "../../support/bridge/ask.ts";
import {
  anthropicEvents,
  chunk,
  fail,
  sse,
  startUpstream,
  stream,
  USAGE_CHUNK,
  write,
  type FakeUpstream,
} from "../../support/upstreams/fake-upstream.ts";
import { Gate } from "../../support/streams/gate.ts";
import { startOwnHost, type OwnHost, type OwnHostOptions } from "../../support/hosts/own-host.ts";
import { childrenOf } from "../../support/processes/processes.ts";
import { freePort } from "../../../src/joining/free-port.ts";
import { runCli, startCli } from "../../support/processes/run-cli.ts";
import { verifies } from "../../support/verifies.ts";

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.stop();
});

async function upstreamWith(script: FakeUpstream["script"]): Promise<FakeUpstream> {
  const upstream = await startUpstream(script);
  open.push({ stop: () => upstream.close() });
  return upstream;
}

async function start(
  script: FakeUpstream["script"],
  options?: OwnHostOptions,
): Promise<OwnHost & { upstream: FakeUpstream }> {
  const upstream = await upstreamWith(script);
  const host = await startOwnHost(upstream, options);
  open.push(host);
  return { ...host, upstream };
}

const QUESTION = { model: "gpt-5", messages: [{ role: "user" as const, content: "Hello?" }] };
const TOOL = {
  type: "function" as const,
  function: { name: "read_file", parameters: { type: "object", properties: { path: { type: "string" } } } },
};

for (const era of ["legacy", "modern"] as const) {
  describe(`in the ${era} era`, () => {
    let upstream: FakeUpstream;
    let host: OwnHost;
    beforeAll(async () => {
      upstream = await startUpstream(() => undefined);
      host = await startOwnHost(upstream, { flags: ["--mcp-era", era], bridge: ["--mcp-era", era] });
    });
    afterAll(async () => {
      await host.stop();
      await upstream.close();
    });

    verifies(
      "own-host.streams",
      "a piece reaches the client before the upstream has written the next",
      async () => {
        const seen = new Gate();
        upstream.script = async (call) => {
          stream(call);
          await write(call, sse(chunk({ role: "assistant", content: "" }), chunk({ content: "early " })));
          await seen.pass();
          await write(call, sse(chunk({ content: "late" }), chunk({}, "stop"), USAGE_CHUNK, "[DONE]"));
          call.reply.end();
        };
        const answer = await host.client.chat.completions.create({
          ...QUESTION,
          stream: true,
          stream_options: { include_usage: true },
        });
        const texts: string[] = [];
        let usage: unknown;
        let model = "";
        for await (const piece of answer) {
          const text = piece.choices[0]?.delta.content;
          if (typeof text === "string" && text !== "") texts.push(text);
          if (texts.length === 1) seen.open();
          usage = piece.usage ?? usage;
          ({ model } = piece);
        }
        expect(texts).toEqual(["early ", "late"]);
        expect(model).toBe("fake/large");
        expect(usage).toMatchObject({ prompt_tokens: 1204, completion_tokens: 87 });
        expect(upstream.calls.at(-1)).toMatchObject({
          path: "/v1/chat/completions",
          body: { model: "m", stream: true, messages: [{ role: "user", content: "Hello?" }] },
        });
      },
    );

    verifies(
      "own-host.streams",
      "a tool call reaches the client piece by piece, after the reasoning",
      async () => {
        const seen = new Gate();
        upstream.script = async (call) => {
          stream(call);
          const piece = (args: string, more: object = {}) =>
            chunk({
              tool_calls: [
                {
                  index: 0,
                  ...more,
                  function: { arguments: args, ...("id" in more && { name: "read_file" }) },
                },
              ],
            });
          await write(
            call,
            sse(chunk({ reasoning_content: "Hm." }), piece("", { id: "call_7" }), piece('{"path":')),
          );
          await seen.pass();
          await write(call, sse(piece(' "a.txt"}'), chunk({}, "tool_calls"), USAGE_CHUNK, "[DONE]"));
          call.reply.end();
        };
        const answer = await host.client.chat.completions.create({
          ...QUESTION,
          tools: [TOOL],
          stream: true,
        });
        const pieces: string[] = [];
        let finish: string | null | undefined;
        let name: string | undefined;
        for await (const { choices } of answer) {
          const [said] = choices[0]?.delta.tool_calls ?? [];
          name ??= said?.function?.name;
          const text = said?.function?.arguments ?? "";
          if (text !== "") pieces.push(text);
          if (pieces.length === 1) seen.open();
          finish = choices[0]?.finish_reason ?? finish;
        }
        expect(pieces).toEqual(['{"path":', ' "a.txt"}']);
        expect({ name, finish }).toEqual({ name: "read_file", finish: "tool_calls" });
        expect(upstream.calls.at(-1)?.body["tools"]).toMatchObject([{ function: { name: "read_file" } }]);
      },
    );

    verifies("own-host.failures", "an error of the upstream is the client's, at once", async () => {
      upstream.script = (call) =>
        fail(call, 404, { error: { message: 'model "m" not found, try pulling it first' } });
      const response = await ask(host.url, "openai-chat");
      expect(response.status).toBe(404);
      const { message } = await errorOf(response);
      expect(message).toMatch(/has no such model.*try pulling it first.*--model/);
    });
  });
}

describe("trouble", () => {
  let upstream: FakeUpstream;
  let host: OwnHost;
  beforeAll(async () => {
    upstream = await startUpstream(() => undefined);
    host = await startOwnHost(upstream);
  });
  afterAll(async () => {
    await host.stop();
    await upstream.close();
  });

  const cases = [
    [
      "a wrong key",
      401,
      { error: { message: "Incorrect API key" } },
      502,
      /does not accept the key.*Check --key-env/,
    ],
    [
      "a rate limit",
      429,
      { error: { message: "Slow down" } },
      429,
      /rate limit.*Slow down.*Try again in 7 s/,
    ],
    ["a used quota", 429, { error: { message: "x", code: "insufficient_quota" } }, 429, /quota is used up/],
    [
      "a long prompt",
      400,
      { error: { message: "maximum context length is 4096" } },
      400,
      /prompt is too long/,
    ],
    ["a bad request", 422, { message: "bad" }, 400, /does not accept the request: bad\. \(status 422/],
    ["a defect", 500, "<html>", 502, /The upstream failed: it gave no reason\. \(status 500/],
  ] as const;
  verifies("own-host.failures", "each is told with its kind", async () => {
    for (const [name, status, body, expected, words] of cases) {
      upstream.script = (call) => fail(call, status, body, { "retry-after": "7" });
      const response = await ask(host.url, "openai-chat", { text: name });
      expect(response.status, name).toBe(expected);
      expect((await errorOf(response)).message, name).toMatch(words);
    }
  });

  verifies("own-host.failures", "an answer that is cut or fails midway never looks complete", async () => {
    const endings: [string, FakeUpstream["script"], RegExp][] = [
      ["ends early", (call) => void call.reply.end(), /cut its answer off/],
      ["is torn off", (call) => void call.reply.destroy(), /The upstream 127\.0\.0\.1:\d+ \S+/],
      [
        "says an error",
        async (call) => {
          await write(call, sse({ error: { message: "GPU lost" } }));
          call.reply.end();
        },
        /failed in the middle of its answer: GPU lost/,
      ],
    ];
    for (const [name, ending, words] of endings) {
      upstream.script = async (call) => {
        stream(call);
        await write(call, sse(chunk({ content: "half " })));
        await ending(call);
      };
      const text = await (await ask(host.url, "openai-chat", { stream: true, text: name })).text();
      expect(text, name).toMatch(words);
      expect(text, name).not.toContain("[DONE]");
      expect(text, name).not.toContain('"finish_reason":"stop"');
    }
  });

  verifies("own-host.failures", "a server that does not run is named by its usual name", async () => {
    const gone = await startUpstream(() => undefined);
    await gone.close();
    const other = await startOwnHost(gone);
    open.push(other);
    const { message } = await errorOf(await ask(other.url, "openai-chat"));
    expect(message).toMatch(/Nothing answers at 127\.0\.0\.1:\d+: is it running there\?/);
  });

  verifies("own-host.cancel", "a client that leaves ends the request at the upstream", async () => {
    const began = new Gate();
    upstream.script = async (call) => {
      stream(call);
      await write(call, sse(chunk({ content: "one " })));
      began.open();
    };
    const answer = await host.client.chat.completions.create({ ...QUESTION, stream: true });
    for await (const { choices } of answer) if (choices[0]?.delta.content === "one ") break;
    await began.pass();
    await upstream.calls.at(-1)?.left;
    await host.run.line(/stopped after .* cancelled/);
  });
});

verifies(
  "own-host.anthropic",
  "an Anthropic endpoint streams text and calls, whatever the chunking",
  async () => {
    const { client, upstream } = await start(() => undefined, {
      flags: ["--api", "anthropic", "--key-env", "SECRET_KEY"],
      env: { SECRET_KEY: "sk-secret" },
    });
    for (const size of [1, 7, Infinity]) {
      upstream.script = async (call) => {
        stream(call);
        await write(call, anthropicEvents("Let me look. 你好", { path: "a.txt" }), size);
        call.reply.end();
      };
      const { choices, usage } = await client.chat.completions.create({ ...QUESTION, tools: [TOOL] });
      expect(choices[0]).toMatchObject({
        finish_reason: "tool_calls",
        message: {
          content: "Let me look. 你好",
          tool_calls: [{ id: "toolu_1", function: { name: "read_file", arguments: '{"path":"a.txt"}' } }],
        },
      });
      expect(usage).toMatchObject({ prompt_tokens: 30, completion_tokens: 9 });
      expect(upstream.calls[0]).toMatchObject({
        path: "/v1/messages",
        headers: { "x-api-key": "sk-secret", "anthropic-version": "2023-06-01" },
        body: { model: "m", stream: true },
      });
    }
  },
);

verifies("own-host.chain", "a bridge is the upstream of another bridge's host", async () => {
  const seen = new Gate();
  const first = await start(async (call) => {
    stream(call);
    await write(call, sse(chunk({ content: "early " })));
    await seen.pass();
    const calls = [{ index: 0, id: "c9", function: { name: "read_file", arguments: '{"path":"b"}' } }];
    await write(
      call,
      sse(chunk({ content: "late" }), chunk({ tool_calls: calls }), chunk({}, "tool_calls"), USAGE_CHUNK),
    );
    call.reply.end();
  });
  const second = await startOwnHost(first);
  open.push(second);
  const answer = second.client.chat.completions.stream({ ...QUESTION, tools: [TOOL] });
  const texts: string[] = [];
  answer.on("content", (delta) => {
    texts.push(delta);
    seen.open();
  });
  const { choices } = await answer.finalChatCompletion();
  expect(texts).toEqual(["early ", "late"]);
  expect(choices[0]).toMatchObject({
    finish_reason: "tool_calls",
    message: { tool_calls: [{ function: { name: "read_file", arguments: '{"path":"b"}' } }] },
  });
});

verifies("own-host.consent", "without a terminal it starts only when every request is allowed", async () => {
  const flags = ["host", "--upstream", "http://127.0.0.1:9", "--model", "m"];
  for (const consent of [[], ["--consent", "ask"], ["--consent", "minutes:5"]]) {
    const { code, stderr } = await runCli([...flags, ...consent]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/no terminal on which you could be asked.*--consent always/);
  }
});

const LINUX = process.platform === "linux";
describe.runIf(LINUX)("secrets", () => {
  verifies("own-host.key", "the bridge that the host starts does not see the upstream's key", async () => {
    const env = { SECRET_KEY: "sk-secret", OTHER: "other" };
    const { run } = await start(() => undefined, { flags: ["--key-env", "SECRET_KEY"], env });
    const [bridge = 0] = childrenOf(run.child.pid ?? 0);
    const seen = readFileSync(`/proc/${bridge}/environ`, "utf8");
    expect(seen).toContain("OTHER=other");
    expect(seen).not.toContain("sk-secret");
  });
});

verifies(
  "own-host.checks-upstream",
  "at its start it says what its upstream lacks, and goes on",
  async () => {
    const upstream = await upstreamWith(() => undefined);
    upstream.models = ["another"];
    const host = await startOwnHost(upstream);
    open.push(host);
    expect(await host.run.line(/warning/)).toMatch(
      / host warning: 127\.0\.0\.1:\d+ does not list m; it has another$/,
    );
  },
);

verifies(
  "own-host.banner",
  "with a bridge of its own it prints where that is, and lines to paste",
  async () => {
    const upstream = await upstreamWith(() => undefined);
    const port = await freePort("127.0.0.1", 0);
    const lent = ["--upstream", upstream.url, "--model", "m", "--consent", "always", "--port", String(port)];
    const run = startCli(["host", ...lent]);
    try {
      await run.line(/^Ctrl-C ends the bridge and this host/);
      const { host } = new URL(upstream.url);
      expect(run.stdout()).toContain(`serves m of ${host}:`);
      expect(run.stdout()).toContain(`OpenAI API     http://127.0.0.1:${port}/v1`);
      expect(run.stdout()).toContain("── Claude Code");
    } finally {
      run.child.kill("SIGTERM");
      await run.exited;
    }
  },
);
