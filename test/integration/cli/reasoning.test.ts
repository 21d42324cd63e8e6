/** Tool loops with upstreams that refuse a second turn without the reasoning of the first, through each API. */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect } from "vitest";
import {
  fail,
  sse,
  startUpstream,
  stream,
  write,
  type FakeUpstream,
  type UpstreamCall,
} from "../../support/upstreams/fake-upstream.ts";
import { startOwnHost, type OwnHost } from "../../support/hosts/own-host.ts";
import { VENDORS, type Vendor } from "../../support/upstreams/reasoning-vendors.ts";
import { verifies } from "../../support/verifies.ts";

const PARAMETERS = { type: "object" as const, properties: { path: { type: "string" } } };
const ASKED = "Read a.txt.";
const OUTPUT = "the text of a.txt";

/** A client: asks, answers the call, and says what it was told in the end. */
type Loop = (url: string) => Promise<string | null | undefined>;

function openai(url: string): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", maxRetries: 0 });
}

const CHAT_TOOLS = [{ type: "function" as const, function: { name: "read_file", parameters: PARAMETERS } }];

async function chat(
  url: string,
  kept: (message: OpenAI.ChatCompletionMessage) => OpenAI.ChatCompletionMessageParam,
  streamed = false,
): Promise<string | null | undefined> {
  const client = openai(url);
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: ASKED }];
  const body = () => ({ model: "m", messages, tools: CHAT_TOOLS });
  const ask = async () =>
    streamed
      ? client.chat.completions.stream(body()).finalChatCompletion()
      : client.chat.completions.create(body());
  for (;;) {
    const message = (await ask()).choices[0]?.message;
    if (message?.tool_calls === undefined) return message?.content;
    messages.push(kept(message));
    for (const { id } of message.tool_calls)
      messages.push({ role: "tool", tool_call_id: id, content: OUTPUT });
  }
}

async function messages(url: string, thinking: boolean, streamed = false): Promise<string | undefined> {
  const client = new Anthropic({ baseURL: url, apiKey: "none", maxRetries: 0 });
  const said: Anthropic.MessageParam[] = [{ role: "user", content: ASKED }];
  for (;;) {
    const body = {
      model: "m",
      max_tokens: 4000,
      messages: said,
      tools: [{ name: "read_file", input_schema: PARAMETERS }],
      ...(thinking && { thinking: { type: "enabled" as const, budget_tokens: 2000 } }),
    };
    const { content } = streamed
      ? await client.messages.stream(body).finalMessage()
      : await client.messages.create(body);
    const calls = content.filter((block) => block.type === "tool_use");
    if (calls.length === 0) return content.findLast((block) => block.type === "text")?.text;
    expect(content.some(({ type }) => type === "thinking" || type === "redacted_thinking")).toBe(thinking);
    said.push(
      { role: "assistant", content },
      {
        role: "user",
        content: calls.map(({ id }) => ({ type: "tool_result", tool_use_id: id, content: OUTPUT })),
      },
    );
  }
}

async function responses(
  url: string,
  more: Partial<OpenAI.Responses.ResponseCreateParamsNonStreaming>,
  linked = false,
): Promise<string> {
  const client = openai(url);
  let input: OpenAI.Responses.ResponseInput = [{ role: "user", content: ASKED }];
  let previous: string | undefined;
  for (;;) {
    const answer = await client.responses.create({
      model: "m",
      input,
      tools: [{ type: "function", name: "read_file", parameters: PARAMETERS, strict: false }],
      ...more,
      ...(previous !== undefined && { previous_response_id: previous }),
    });
    const calls = answer.output.filter((item) => item.type === "function_call");
    if (calls.length === 0) return answer.output_text;
    const outputs = calls.map(({ call_id: id }) => ({
      type: "function_call_output" as const,
      call_id: id,
      output: OUTPUT,
    }));
    if (linked) [input, previous] = [outputs, answer.id];
    else input = [...input, ...(answer.output as OpenAI.Responses.ResponseInput), ...outputs];
  }
}

const CLIENTS: Record<string, Loop> = {
  "openai, which hands the message back": (url) => chat(url, (message) => message),
  "openai, streamed": (url) => chat(url, (message) => message, true),
  "openai, which keeps the call alone": (url) =>
    chat(url, ({ tool_calls: calls = [] }) => ({
      role: "assistant",
      content: null,
      tool_calls: calls.map(({ id, ...call }) => ({
        id,
        type: "function" as const,
        function: "function" in call ? call.function : { name: "", arguments: "" },
      })),
    })),
  "anthropic, with thinking": (url) => messages(url, true),
  "anthropic, with thinking, streamed": (url) => messages(url, true, true),
  "anthropic, without": (url) => messages(url, false),
  "Responses, stateless": (url) =>
    responses(url, {
      store: false,
      include: ["reasoning.encrypted_content"],
      reasoning: { summary: "auto" },
    }),
  "Responses, with previous_response_id": (url) => responses(url, { reasoning: { effort: "low" } }, true),
  "Responses, which asks for nothing": (url) => responses(url, {}),
};

/** Two turns: a call after some thought, then a text, if the thought came back. */
async function answer(vendor: Vendor, call: UpstreamCall): Promise<void> {
  const fault = vendor.fault(call.body);
  if (fault !== undefined) return fail(call, 400, fault);
  stream(call);
  await write(call, vendor.isSecond(call.body) ? vendor.second : vendor.first);
  call.reply.end();
}

for (const vendor of VENDORS) {
  describe(vendor.name, () => {
    let upstream: FakeUpstream;
    let host: OwnHost;
    beforeAll(async () => {
      upstream = await startUpstream((call) => answer(vendor, call));
      host = await startOwnHost(upstream, { flags: vendor.flags });
    });
    afterAll(async () => {
      await host.stop();
      await upstream.close();
    });

    for (const [name, loop] of Object.entries(CLIENTS)) {
      verifies("own-host.reasoning", name, async () => {
        upstream.calls.length = 0;
        expect(await loop(host.url)).toBe("It says hello.");
        // No turn was refused and asked again.
        expect(upstream.calls).toHaveLength(2);
      });
    }
  });
}

verifies("own-host.reasoning-kept", "a host that is started again goes on where it was", async () => {
  const home = await mkdtemp(path.join(tmpdir(), "mcptb-home-"));
  const env = { MCPTB_STATE_DIR: home };
  const [vendor] = VENDORS;
  if (vendor === undefined) throw new Error("There is none.");
  const upstream = await startUpstream((call) => answer(vendor, call));
  const first = await startOwnHost(upstream, { env });
  let second: OwnHost | undefined;
  try {
    const asked: Anthropic.MessageParam[] = [{ role: "user", content: ASKED }];
    const ask = async (url: string) =>
      new Anthropic({ baseURL: url, apiKey: "none", maxRetries: 0 }).messages.create({
        model: "m",
        max_tokens: 5000,
        thinking: { type: "enabled", budget_tokens: 2000 },
        tools: [{ name: "read_file", input_schema: PARAMETERS }],
        messages: asked,
      });
    const called = await ask(first.url);
    await first.stop();
    second = await startOwnHost(upstream, { env });
    const results = called.content.flatMap((block) =>
      block.type === "tool_use"
        ? [{ type: "tool_result" as const, tool_use_id: block.id, content: OUTPUT }]
        : [],
    );
    asked.push({ role: "assistant", content: called.content }, { role: "user", content: results });
    const { content } = await ask(second.url);
    expect(content).toMatchObject([{ type: "text", text: "It says hello." }]);
    expect(upstream.calls).toHaveLength(2);
    const { mode } = await stat(path.join(home, "seal-key"));
    if (process.platform !== "win32") expect(mode & 0o777).toBe(0o600);
  } finally {
    await first.stop();
    await second?.stop();
    await upstream.close();
    await rm(home, { recursive: true, force: true });
  }
});

for (const vendor of VENDORS.filter(({ name }) => name !== "OpenRouter")) {
  verifies(
    "own-host.reasoning-kept",
    `${vendor.name} answers a history whose reasoning is not known any more`,
    async () => {
      const upstream = await startUpstream((call) => forgiving(vendor, call));
      const host = await startOwnHost(upstream, { flags: vendor.flags });
      try {
        const completion = await openai(host.url).chat.completions.create({
          model: "m",
          tools: CHAT_TOOLS,
          reasoning_effort: "high",
          messages: [
            { role: "user", content: ASKED },
            {
              role: "assistant",
              content: null,
              tool_calls: [
                {
                  id: "c1",
                  type: "function",
                  function: { name: "read_file", arguments: '{"path":"a.txt"}' },
                },
              ],
            },
            { role: "tool", tool_call_id: "c1", content: OUTPUT },
          ],
        });
        expect(completion.choices[0]?.message.content).toBe("It says hello.");
        expect(upstream.calls).toHaveLength(2);
      } finally {
        await host.stop();
        await upstream.close();
      }
    },
  );
}

/** As the vendor does it: what stands in for reasoning that is not known is taken, and a turn without thinking needs none. */
async function forgiving(vendor: Vendor, call: UpstreamCall): Promise<void> {
  const sent = JSON.stringify(call.body);
  const stands = [
    '"reasoning_content":"."',
    "skip_thought_signature_validator",
    '"thinking":{"type":"disabled"}',
  ];
  if (!stands.some((each) => sent.includes(each))) return answer(vendor, call);
  stream(call);
  await write(call, vendor.second);
  call.reply.end();
}

verifies("own-host.reasoning", "in the modern era, too", async () => {
  const [vendor] = VENDORS;
  if (vendor === undefined) throw new Error("There is none.");
  const upstream = await startUpstream((call) => answer(vendor, call));
  const host = await startOwnHost(upstream, {
    flags: ["--mcp-era", "modern"],
    bridge: ["--mcp-era", "modern"],
  });
  try {
    expect(await messages(host.url, true, true)).toBe("It says hello.");
  } finally {
    await host.stop();
    await upstream.close();
  }
});

verifies("turn.thinking", "how much to think reaches the upstream, in its own words", async () => {
  const text = sse({ choices: [{ delta: { content: "Hi" }, finish_reason: "stop" }] }, "[DONE]");
  const upstream = await startUpstream(async (call) => {
    stream(call);
    await write(call, text);
    call.reply.end();
  });
  const host = await startOwnHost(upstream);
  try {
    const reply = await openai(host.url)
      .chat.completions.create({
        model: "m",
        messages: [{ role: "user", content: "a" }],
        reasoning_effort: "high",
      })
      .withResponse();
    expect(reply.response.headers.get("x-mcp-notices")).toBeNull();
    await openai(host.url).responses.create({ model: "m", input: "b", reasoning: { effort: "low" } });
    const client = new Anthropic({ baseURL: host.url, apiKey: "none", maxRetries: 0 });
    const asked = { model: "m", max_tokens: 20_000, messages: [{ role: "user" as const, content: "c" }] };
    await client.messages.create({ ...asked, thinking: { type: "enabled", budget_tokens: 9000 } });
    await client.messages.create({ ...asked, thinking: { type: "disabled" } });
    await client.messages.create({ ...asked, messages: [{ role: "user", content: "d" }] });
    expect(upstream.calls.map(({ body }) => body["reasoning_effort"])).toEqual([
      "high",
      "low",
      "high",
      "none",
      undefined,
    ]);
  } finally {
    await host.stop();
    await upstream.close();
  }
});
