/** Several choices of one chat completion, by the official `openai` package over real sockets. */
import OpenAI, { APIError, BadRequestError } from "openai";
import { afterEach, beforeEach, expect } from "vitest";
import type { Bridge } from "../../../src/bridge/bridge.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import type { SamplingCall } from "../../support/hosts/sampling-call.ts";
import type { ScriptedHost } from "../../support/hosts/scripted-host.ts";
import { answer, hang } from "../../support/hosts/scripts.ts";
import { startBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

let bridge: Bridge;
let host: ScriptedHost;
let openai: OpenAI;

async function start(settings: Parameters<typeof startBridge>[0] = {}): Promise<void> {
  const running = await startBridge(settings);
  ({ bridge } = running);
  ({ host } = await attachHost(bridge));
  openai = new OpenAI({ baseURL: `${running.url}/v1`, apiKey: "none", maxRetries: 0 });
}

beforeEach(() => start());
afterEach(() => bridge.stop());

const request = { model: "auto", messages: [{ role: "user" as const, content: "Name a colour." }] };

const COLOURS = ["red, as a rose is", "green, as the grass is", "blue, as the sky is"];

/** Answers each call with the next colour. */
function colours(): void {
  let index = -1;
  host.script = (call) => {
    index += 1;
    call.answer(COLOURS[index] ?? "?");
  };
}

async function usageOf(count: number): Promise<OpenAI.CompletionUsage | undefined> {
  colours();
  return (await openai.chat.completions.create({ ...request, n: count })).usage;
}

verifies("chat.choices", "not streamed: an array of choices, each an answer of its own", async () => {
  colours();
  const { choices } = await openai.chat.completions.create({ ...request, n: 3 });
  expect(choices.map(({ index }) => index)).toEqual([0, 1, 2]);
  expect(choices.map(({ message }) => message.content)).toEqual(COLOURS);
  expect(choices.map(({ finish_reason: finish }) => finish)).toEqual(["stop", "stop", "stop"]);
  expect(host.calls).toHaveLength(3);
});

verifies("chat.choices", "streamed: the SDK's accumulator makes the same of it", async () => {
  colours();
  const stream = openai.chat.completions.stream({
    ...request,
    n: 3,
    stream_options: { include_usage: true },
  });
  const chunks: OpenAI.ChatCompletionChunk[] = [];
  stream.on("chunk", (chunk) => chunks.push(chunk));
  const { choices, usage } = await stream.finalChatCompletion();
  expect(choices.map(({ message }) => message.content)).toEqual(COLOURS);
  expect(usage).toEqual(await usageOf(3));
  for (const index of [0, 1, 2]) {
    const own = chunks.flatMap((chunk) => chunk.choices.filter((choice) => choice.index === index));
    expect(own.map(({ delta }) => delta.role).filter(Boolean)).toEqual(["assistant"]);
    expect(own[0]?.delta.role).toBe("assistant");
    expect(own.map(({ finish_reason: finish }) => finish).filter(Boolean)).toEqual(["stop"]);
    expect(own.at(-1)?.finish_reason).toBe("stop");
  }
  const order = chunks.flatMap((chunk) => chunk.choices.map(({ index }) => index));
  expect(order.lastIndexOf(0)).toBeGreaterThan(order.indexOf(1));
  expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  expect(chunks.filter((chunk) => chunk.choices.length === 0)).toHaveLength(1);
});

verifies("chat.choices", "the stream ends once, with [DONE]", async () => {
  colours();
  const reply = await openai.chat.completions.create({ ...request, n: 2, stream: true }).asResponse();
  const frames = await reply.text();
  expect(frames.match(/\[DONE\]/g)).toHaveLength(1);
  expect(frames.trimEnd().endsWith("data: [DONE]")).toBe(true);
});

verifies("chat.choices", "the prompt counts once and the answers together", async () => {
  const one = await usageOf(1);
  const three = await usageOf(3);
  expect(three?.prompt_tokens).toBe(one?.prompt_tokens);
  expect(three?.completion_tokens).toBeGreaterThan((one?.completion_tokens ?? 0) * 2);
  expect(three?.total_tokens).toBe((three?.prompt_tokens ?? 0) + (three?.completion_tokens ?? 0));
});

verifies(
  "chat.choices",
  "a host that serves one turn at a time serves them one after the other",
  async () => {
    await bridge.stop();
    await start({ maxConcurrent: 1 });
    for (const stream of [false, true]) {
      colours();
      const texts = stream
        ? (await openai.chat.completions.stream({ ...request, n: 3 }).finalChatCompletion()).choices
        : (await openai.chat.completions.create({ ...request, n: 3 })).choices;
      expect(texts.map(({ message }) => message.content)).toEqual(COLOURS);
    }
  },
);

verifies(
  "chat.choices",
  "a failure before the first byte is an error status, and ends the others",
  async () => {
    for (const stream of [false, true]) {
      const before = host.calls.length;
      host.script = (call) => {
        if (host.calls.length - before === 2) call.fail(-32_000, "The model broke");
      };
      const failed = openai.chat.completions.create({ ...request, n: 3, stream });
      await expect(failed).rejects.toMatchObject({ status: 502, code: "host_failed" });
      const calls = host.calls.slice(before);
      expect(calls).toHaveLength(3);
      await Promise.all([calls[0]?.cancelled, calls[2]?.cancelled]);
    }
  },
);

verifies("chat.choices", "a failure after the first byte is an error frame, without [DONE]", async () => {
  host.script = (call) => {
    if (host.calls.length === 1) call.answer("The first is there.");
  };
  const stream = await openai.chat.completions.create({ ...request, n: 2, stream: true });
  const read = async (): Promise<void> => {
    for await (const chunk of stream) {
      if (chunk.choices[0]?.finish_reason === "stop") host.calls[1]?.fail(-32_000, "The second broke");
    }
  };
  const reading = read();
  await expect(reading).rejects.toBeInstanceOf(APIError);
  await expect(reading).rejects.toMatchObject({ code: "host_failed" });
});

verifies(["chat.choices", "chat.abort"], "a client that leaves cancels all", async () => {
  host.script = hang;
  for (const stream of [false, true]) {
    const before = host.calls.length;
    const leave = new AbortController();
    const leaving = openai.chat.completions.create({ ...request, n: 3, stream }, { signal: leave.signal });
    leaving.then(
      (reply) => ("controller" in reply ? reply.controller.abort() : undefined),
      () => undefined,
    );
    await host.until(() => host.calls.length === before + 3);
    leave.abort();
    await expect(leaving).rejects.toBeInstanceOf(Error);
    await Promise.all(host.calls.slice(before).map((call: SamplingCall) => call.cancelled));
  }
});

verifies("chat.choices", "more than eight are refused by name, and nobody is asked", async () => {
  host.script = answer("?");
  const failed = openai.chat.completions.create({ ...request, n: 9 });
  await expect(failed).rejects.toBeInstanceOf(BadRequestError);
  await expect(failed).rejects.toMatchObject({ param: "n" });
  expect(host.calls).toHaveLength(0);
});
