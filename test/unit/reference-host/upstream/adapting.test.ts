/** What upstreams refuse, say wrongly or leave open: over real sockets. */
import type { CreateMessageRequestParams } from "@modelcontextprotocol/client";
import { afterEach, describe, expect } from "vitest";
import { FAILURE_CODES } from "../../../../src/hosts/mcp/sampling-stream.ts";
import { anthropic } from "../../../../src/reference-host/upstream/anthropic.ts";
import { openai } from "../../../../src/reference-host/upstream/openai.ts";
import type { UpstreamApi } from "../../../../src/reference-host/upstream/upstream.ts";
import {
  chunk,
  fail,
  sse,
  startUpstream,
  stream,
  write,
  type FakeUpstream,
  type UpstreamCall,
} from "../../../support/upstreams/fake-upstream.ts";
import { clientOf } from "../../../support/upstreams/upstream-api.ts";
import { verifies } from "../../../support/verifies.ts";

let upstream: FakeUpstream;
afterEach(() => upstream.close());

const HELLO = sse(chunk({ content: "Hi" }, "stop"), "[DONE]");

async function says(call: UpstreamCall, text: string, type = "text/event-stream"): Promise<void> {
  call.reply.writeHead(200, { "content-type": type });
  await write(call, text);
  call.reply.end();
}

async function open(script: FakeUpstream["script"], api: UpstreamApi = openai) {
  upstream = await startUpstream(script);
  return clientOf(upstream.url, api);
}

describe("an optional part that is refused", () => {
  const thinking = (wish: Record<string, string | number | boolean>) => ({
    metadata: { "mcp-token-bridge/reasoning": wish },
  });
  const cases: readonly (readonly [
    string,
    Partial<CreateMessageRequestParams>,
    unknown,
    string,
    UpstreamApi,
  ])[] = [
    ["stream_options", {}, { error: { message: "Unknown field: stream_options" } }, "stream_options", openai],
    [
      "stream_options of FastAPI",
      {},
      { detail: [{ loc: ["body", "stream_options"], msg: "Extra inputs are not permitted" }] },
      "stream_options",
      openai,
    ],
    [
      "max_tokens",
      {},
      {
        error: {
          message:
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
          param: "max_tokens",
        },
      },
      "max_tokens",
      openai,
    ],
    [
      "temperature",
      { temperature: 0.2 },
      {
        error: {
          message:
            "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
          param: "temperature",
        },
      },
      "temperature",
      openai,
    ],
    [
      "stop",
      { stopSequences: ["END"] },
      { error: { message: "'stop' is not supported with this model" } },
      "stop",
      openai,
    ],
    [
      "tool_choice",
      { tools: [{ name: "f", inputSchema: { type: "object" } }], toolChoice: { mode: "required" } },
      { error: { message: "deepseek-reasoner does not support this tool_choice" } },
      "tool_choice",
      openai,
    ],
    [
      "effort",
      thinking({ enabled: true, effort: "high" }),
      { error: { message: "Unrecognized request argument supplied: reasoning_effort" } },
      "reasoning_effort",
      openai,
    ],
    [
      "thinking",
      { maxTokens: 4000, ...thinking({ enabled: true, budgetTokens: 2000 }) },
      {
        type: "error",
        error: { type: "invalid_request_error", message: "thinking: Extra inputs are not permitted" },
      },
      "thinking",
      anthropic,
    ],
  ];
  for (const [name, params, refusal, member, api] of cases) {
    verifies("own-host.adapts", name, async () => {
      const { ask, told } = await open(async (call) => {
        if (call.body[member] !== undefined) return fail(call, 400, refusal);
        return says(
          call,
          api === openai
            ? HELLO
            : 'data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Hi"}}\n\ndata: {"type":"message_stop"}\n\n',
        );
      }, api);
      expect((await ask(params)).content).toMatchObject({ text: "Hi" });
      expect((await ask(params)).content).toMatchObject({ text: "Hi" });
      // Refused once, and left out from then on.
      expect(upstream.calls.map(({ body }) => body[member] !== undefined)).toEqual([true, false, false]);
      expect(told).toHaveLength(1);
    });
  }

  verifies("own-host.adapts", "a value out of range, and what is no option, stay errors", async () => {
    const errors = [
      "temperature must be less than or equal to 1",
      "max_tokens is too large: this model supports at most 8192",
      "The model m does not exist",
    ];
    for (const message of errors) {
      const { ask } = await open((call) => fail(call, 400, { error: { message } }));
      await expect(ask({ temperature: 1.5 })).rejects.toThrow(message);
      expect(upstream.calls).toHaveLength(1);
      await upstream.close();
    }
    await open(() => undefined);
  });

  verifies("own-host.adapts", "an upstream that refuses everything is not asked for ever", async () => {
    const message = "temperature, stop, stream_options, tool_choice, max_completion_tokens: not supported";
    const { ask } = await open((call) => fail(call, 400, { error: { message } }));
    await expect(ask({ temperature: 1, stopSequences: ["a"] })).rejects.toThrow("not supported");
    expect(upstream.calls.length).toBeLessThan(8);
  });
});

verifies("own-host.complete", "[DONE] and a reason end an answer whose connection stays open", async () => {
  const endings = [sse(chunk({ content: "Hi" }), "[DONE]"), sse(chunk({ content: "Hi" }, "stop"))];
  for (const text of endings) {
    const { ask } = await open(async (call) => {
      stream(call);
      await write(call, text);
    });
    expect((await ask()).content).toMatchObject({ text: "Hi" });
    await upstream.calls[0]?.left;
    await upstream.close();
  }
  await open(() => undefined);
});

verifies(
  "own-host.complete",
  "streams in every way of writing them, also without their last line",
  async () => {
    const events = sse(chunk({ content: "Hi" }), chunk({}, "stop"), "[DONE]");
    const ways = [
      `\uFEFF${events}`,
      events.replaceAll("\n", "\r\n"),
      events.replaceAll("\n", "\r"),
      events.replaceAll("data: ", "data:"),
      `: keep-alive\n\n${events}`,
      events.trimEnd(),
      `event: message\nid: 1\nretry: 5\n${events}`,
    ];
    for (const way of ways) {
      const { ask } = await open((call) => says(call, way));
      expect((await ask()).content, JSON.stringify(way)).toMatchObject({ text: "Hi" });
      await upstream.close();
    }
    const { ask } = await open((call) =>
      says(
        call,
        JSON.stringify({ choices: [{ message: { content: "Hi" }, finish_reason: "stop" }] }),
        "application/json",
      ),
    );
    expect((await ask()).content).toMatchObject({ text: "Hi" });
  },
);

verifies("own-host.complete", "a stream that is cut is an error, whatever its reasons say", async () => {
  const cut: readonly (readonly [UpstreamApi, string])[] = [
    [openai, sse(chunk({ content: "Hi" }, ""))],
    [openai, sse(chunk({ content: "Hi" }, "null"), chunk({}, "null"))],
    [openai, ""],
    [
      anthropic,
      'data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Hi"}}\n\n',
    ],
    [anthropic, 'data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\n'],
  ];
  for (const [api, text] of cut) {
    const { ask } = await open((call) => says(call, text), api);
    await expect(ask()).rejects.toThrow("cut its answer off");
    await upstream.close();
  }
  await open(() => undefined);
});

verifies("own-host.failures", "an error is of its kind, wherever and however it is told", async () => {
  const kinds: readonly (readonly [keyof typeof FAILURE_CODES, number, unknown, RegExp])[] = [
    ["host_rate_limited", 429, { error: "Slow down" }, /rate limit.*Slow down/],
    [
      "host_rate_limited",
      529,
      { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
      /overloaded.*Overloaded/,
    ],
    [
      "host_rate_limited",
      503,
      "<html><title>503 Service Unavailable</title></html>",
      /503 Service Unavailable/,
    ],
    [
      "host_rate_limited",
      429,
      [
        {
          error: { status: "RESOURCE_EXHAUSTED", message: "Quota exceeded per minute, please retry in 20s." },
        },
      ],
      /retry in 20s/,
    ],
    [
      "host_quota_exhausted",
      402,
      { error: { message: "Insufficient Balance", code: "invalid_request_error" } },
      /quota is used up.*Insufficient Balance/,
    ],
    [
      "host_quota_exhausted",
      429,
      { error: { message: "x", code: "insufficient_quota" } },
      /quota is used up/,
    ],
    [
      "context_too_long",
      400,
      { error: { message: "This model's maximum context length is 4096 tokens" } },
      /prompt is too long/,
    ],
    [
      "context_too_long",
      400,
      { object: "error", message: "the request exceeds the available context size" },
      /prompt is too long/,
    ],
    ["context_too_long", 413, "Request Entity Too Large", /prompt is too long.*Request Entity/],
    ["host_failed", 401, { detail: "Invalid token" }, /does not accept the key.*Invalid token/],
    [
      "host_failed",
      400,
      [
        {
          error: {
            code: 400,
            message: "API key not valid. Please pass a valid API key.",
            status: "INVALID_ARGUMENT",
          },
        },
      ],
      /API key not valid/,
    ],
    [
      "host_failed",
      422,
      { detail: [{ loc: ["body", "messages"], msg: "field required" }] },
      /does not accept the request: field required/,
    ],
    ["host_failed", 500, "Internal Server Error", /The upstream failed: Internal Server Error/],
    ["host_failed", 200, { error: { message: "GPU lost" } }, /GPU lost/],
    ["host_rate_limited", 200, { error: { message: "Rate limit exceeded", code: 429 } }, /rate limit/],
  ];
  for (const [kind, status, body, words] of kinds) {
    const { ask } = await open((call) => fail(call, status, body));
    const failure = ask();
    await expect(failure).rejects.toThrow(words);
    await expect(failure).rejects.toMatchObject({ code: FAILURE_CODES[kind] });
    await upstream.close();
  }
  const inStream: readonly (readonly [UpstreamApi, string, keyof typeof FAILURE_CODES])[] = [
    [
      openai,
      sse(chunk({ content: "a" }), { error: { message: "Rate limit reached", code: 429 } }),
      "host_rate_limited",
    ],
    [
      openai,
      `${sse(chunk({ content: "a" }))}event: error\ndata: model is overloaded\n\n`,
      "host_rate_limited",
    ],
    [
      anthropic,
      sse({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }),
      "host_rate_limited",
    ],
    [
      openai,
      sse({ error: { message: "context length exceeded", type: "invalid_request_error" } }),
      "context_too_long",
    ],
  ];
  for (const [api, text, kind] of inStream) {
    const { ask } = await open((call) => says(call, text), api);
    await expect(ask()).rejects.toMatchObject({ code: FAILURE_CODES[kind] });
    await upstream.close();
  }
  await open(() => undefined);
});

verifies("own-host.failures", "an error whose text does not end is told in time", async () => {
  const { ask } = await open(async (call) => {
    call.reply.writeHead(400, { "content-type": "text/plain" });
    for (let sent = 0; sent < 40 && call.reply.writable; sent += 1) await write(call, "bad ".repeat(1000));
  });
  await expect(ask()).rejects.toThrow("does not accept the request: bad");
});
