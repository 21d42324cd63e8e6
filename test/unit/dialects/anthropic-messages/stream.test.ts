import * as fc from "fast-check";
import { expect } from "vitest";
import { LONG_WAIT_MS, stream } from "../../../../src/dialects/anthropic-messages/stream.ts";
import { BridgeError } from "../../../../src/turn/error.ts";
import type { TurnEvent } from "../../../../src/turn/event.ts";
import { failingTurnEvents, turnEvents } from "../../../support/data/arbitraries.ts";
import { eventsOf, gather, textTurn } from "../../../support/streams/events.ts";
import { comments, parseFrames, type Frame } from "../../../support/streams/frames.ts";
import { verifies } from "../../../support/verifies.ts";

const context = { id: "abc", created: 1_700_000_000, inputTokens: () => Promise.resolve(7) };
const PING = `event: ping\ndata: {"type":"ping"}\n\n`;

function framesOf(events: readonly TurnEvent[]): Promise<string[]> {
  return gather(stream(eventsOf(events), context, "asked"));
}

async function parsed(events: readonly TurnEvent[]): Promise<Frame[]> {
  return parseFrames((await framesOf(events)).join(""));
}

function start(model = "model"): string {
  return (
    `event: message_start\ndata: {"type":"message_start","message":{"id":"msg_abc","type":"message","role":"assistant",` +
    `"model":"${model}","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":7,` +
    `"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0,"estimated":true}}}\n\n`
  );
}
function blockStart(index: number, block: string): string {
  return `event: content_block_start\ndata: {"type":"content_block_start","index":${index},"content_block":${block}}\n\n`;
}
function delta(index: number, json: string): string {
  return `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":${json}}\n\n`;
}
function textDelta(index: number, text: string): string {
  return delta(index, `{"type":"text_delta","text":${JSON.stringify(text)}}`);
}
function blockStop(index: number): string {
  return `event: content_block_stop\ndata: {"type":"content_block_stop","index":${index}}\n\n`;
}
function end(reason: string, outputTokens = 0): string {
  return (
    `event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"${reason}","stop_sequence":null},` +
    `"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":${outputTokens}}}\n\n` +
    `event: message_stop\ndata: {"type":"message_stop"}\n\n`
  );
}
const TEXT_BLOCK = `{"type":"text","text":""}`;

const wait = (elapsedMs: number, message?: string): TurnEvent => ({
  type: "turn-wait",
  reason: "host",
  elapsedMs,
  ...(message !== undefined && { message }),
});

verifies(
  ["messages.event-lines", "messages.start-skeleton", "messages.end", "messages.no-done"],
  "a text answer, frame by frame",
  async () => {
    const frames = await framesOf(textTurn("He", 'llo "you"\n'));
    expect(frames.join("")).toBe(
      start() +
        blockStart(0, TEXT_BLOCK) +
        textDelta(0, "He") +
        textDelta(0, 'llo "you"\n') +
        blockStop(0) +
        end("end_turn"),
    );
  },
);

verifies("messages.tool-input-deltas", "a tool call after text, frame by frame", async () => {
  const text = (
    await framesOf([
      ...textTurn("Reading.").slice(0, -1),
      { type: "tool-call-start", id: "t", callId: "call_1", name: "read" },
      { type: "tool-call-delta", id: "t", json: '{"path":' },
      { type: "tool-call-delta", id: "t", json: '"a"}' },
      { type: "tool-call-end", id: "t" },
      { type: "turn-end", stopReason: { unified: "tool-calls" }, usage: { estimated: false } },
    ])
  ).join("");
  expect(text).toBe(
    start() +
      blockStart(0, TEXT_BLOCK) +
      textDelta(0, "Reading.") +
      blockStop(0) +
      blockStart(1, `{"type":"tool_use","id":"call_1","name":"read","input":{},"caller":{"type":"direct"}}`) +
      delta(1, `{"type":"input_json_delta","partial_json":"{\\"path\\":"}`) +
      delta(1, `{"type":"input_json_delta","partial_json":"\\"a\\"}"}`) +
      blockStop(1) +
      end("tool_use"),
  );
});

verifies("messages.signed-thinking", "reasoning is shown when the host signs it, and only then", async () => {
  const reasoning = (signature?: string): TurnEvent[] => [
    { type: "turn-start", model: "model" },
    { type: "reasoning-start", id: "r" },
    { type: "reasoning-delta", id: "r", text: "Hm" },
    { type: "reasoning-delta", id: "r", text: "m." },
    { type: "reasoning-end", id: "r", ...(signature !== undefined && { signature }) },
    { type: "turn-end", stopReason: { unified: "end" }, usage: { estimated: false } },
  ];
  expect((await framesOf(reasoning())).join("")).toBe(start() + end("end_turn"));
  expect((await framesOf(reasoning("c2ln"))).join("")).toBe(
    start() +
      blockStart(0, `{"type":"thinking","thinking":"","signature":""}`) +
      delta(0, `{"type":"thinking_delta","thinking":"Hmm."}`) +
      delta(0, `{"type":"signature_delta","signature":"c2ln"}`) +
      blockStop(0) +
      end("end_turn"),
  );
});

verifies("messages.stop-reasons", "each reason has its word, and the sequence its place", async () => {
  const endOf = async (stopReason: Extract<TurnEvent, { type: "turn-end" }>["stopReason"]) => {
    const usage = { inputTokens: 1, outputTokens: 2, estimated: false };
    const frames = await parsed([
      { type: "turn-start", model: "model" },
      { type: "turn-end", stopReason, usage },
    ]);
    return frames.find(({ event }) => event === "message_delta")?.data;
  };
  const delta = (stop_reason: string, stop_sequence: string | null = null) => ({
    delta: { stop_reason, stop_sequence },
    usage: { input_tokens: 1, output_tokens: 2 },
  });
  expect(await endOf({ unified: "end" })).toMatchObject(delta("end_turn"));
  expect(await endOf({ unified: "max-tokens" })).toMatchObject(delta("max_tokens"));
  expect(await endOf({ unified: "refusal" })).toMatchObject(delta("refusal"));
  expect(await endOf({ unified: "stop-sequence" })).toMatchObject(delta("stop_sequence"));
  expect(await endOf({ unified: "stop-sequence", sequence: "END" })).toMatchObject(
    delta("stop_sequence", "END"),
  );
});

verifies(
  "messages.ping",
  "waiting opens the message and then pings; the person's message is a comment",
  async () => {
    const frames = await framesOf([wait(1000, "waiting\nfor you"), wait(11_000), ...textTurn("hi")]);
    expect(frames[0]).toBe(`: waiting for you\n\n${start("asked")}`);
    expect(frames[1]).toBe(PING);
    expect(frames[2]).toBe(blockStart(0, TEXT_BLOCK) + textDelta(0, "hi"));
  },
);

verifies(
  "messages.long-wait",
  "a long wait turns into an open text block that the answer continues",
  async () => {
    const text = (
      await framesOf([
        wait(1000),
        wait(LONG_WAIT_MS - 1),
        wait(LONG_WAIT_MS),
        wait(LONG_WAIT_MS + 10_000, "still there"),
        ...textTurn("hi"),
      ])
    ).join("");
    expect(text).toBe(
      start("asked") +
        PING +
        blockStart(0, TEXT_BLOCK) +
        textDelta(0, "") +
        ": still there\n\n" +
        textDelta(0, "") +
        textDelta(0, "hi") +
        blockStop(0) +
        end("end_turn"),
    );
  },
);

verifies(
  "messages.long-wait",
  "the text block of a long wait ends when the answer is something else",
  async () => {
    const call: TurnEvent[] = [
      { type: "turn-start", model: "model" },
      { type: "tool-call-start", id: "t", callId: "call_1", name: "read" },
      { type: "tool-call-end", id: "t" },
      { type: "turn-end", stopReason: { unified: "tool-calls" }, usage: { estimated: false } },
    ];
    const opened = start("asked") + blockStart(0, TEXT_BLOCK) + textDelta(0, "") + blockStop(0);
    expect((await framesOf([wait(0), wait(LONG_WAIT_MS), ...call])).join("")).toBe(
      opened +
        blockStart(
          1,
          `{"type":"tool_use","id":"call_1","name":"read","input":{},"caller":{"type":"direct"}}`,
        ) +
        blockStop(1) +
        end("tool_use"),
    );
    const nothing = [wait(0), wait(LONG_WAIT_MS), ...call.slice(0, 1), ...textTurn().slice(-1)];
    expect((await framesOf(nothing)).join("")).toBe(opened + end("end_turn"));
  },
);

verifies("messages.long-wait", "inside an open block an empty delta keeps the connection alive", async () => {
  const [begin, open, piece, ...rest] = textTurn("hi");
  const text = (
    await framesOf([begin, open, piece, wait(5), ...rest].filter((event) => event !== undefined))
  ).join("");
  expect(text).toContain(textDelta(0, "hi") + textDelta(0, ""));
  expect(text).not.toContain("ping");
});

verifies("messages.error-event", "a failure is the last event", async () => {
  const error = new BridgeError("host_gone", "The host went away.");
  const frames = await framesOf([wait(1), { type: "turn-error", error }]);
  expect(frames.at(-1)).toBe(
    `event: error\ndata: {"type":"error","error":{"type":"api_error","message":"The host went away."}}\n\n`,
  );
});

verifies("messages.start-skeleton", "a count that fails costs the estimate and not the answer", async () => {
  const broken = { ...context, inputTokens: () => Promise.reject(new Error("no tokenizer")) };
  const text = (await gather(stream(eventsOf(textTurn("hi")), broken, "asked"))).join("");
  expect(text).toContain(`"input_tokens":0,"cache_creation`);
  expect(text).toContain(textDelta(0, "hi"));
});

const KIND = { text: "text_delta", tool_use: "input_json_delta", thinking: "thinking_delta" } as const;

interface Data {
  readonly type: string;
  readonly index: number;
  readonly content_block: { readonly type: keyof typeof KIND };
  readonly delta: { readonly type: string };
}

/** Checks the order of events and the fields that clients rely on; whether the stream ended well. */
function checkOrder(frames: readonly Frame[]): boolean {
  let open: keyof typeof KIND | undefined;
  let blocks = 0;
  let stage: "before" | "content" | "ended" | "stopped" = "before";
  for (const { event, data: raw } of frames) {
    const data = raw as Data;
    expect(event).toBe(data.type);
    if (data.type === "error") return false;
    switch (data.type) {
      case "message_start":
        expect(stage).toBe("before");
        stage = "content";
        break;
      case "content_block_start":
        expect([stage, open, data.index]).toEqual(["content", undefined, blocks]);
        open = data.content_block.type;
        blocks += 1;
        break;
      case "content_block_delta":
        expect([stage, data.index]).toEqual(["content", blocks - 1]);
        expect(open).toBeDefined();
        if (open !== undefined && data.delta.type !== "signature_delta")
          expect(data.delta.type).toBe(KIND[open]);
        break;
      case "content_block_stop":
        expect([stage, data.index]).toEqual(["content", blocks - 1]);
        expect(open).toBeDefined();
        open = undefined;
        break;
      case "ping":
        expect(stage).toBe("content");
        break;
      case "message_delta":
        expect([stage, open]).toEqual(["content", undefined]);
        stage = "ended";
        break;
      case "message_stop":
        expect(stage).toBe("ended");
        stage = "stopped";
        break;
      default:
        expect.unreachable(`an event of the type ${data.type}`);
    }
  }
  expect(stage).toBe("stopped");
  return true;
}

verifies(
  ["messages.event-lines", "messages.order", "messages.blocks", "messages.no-done", "messages.end"],
  "the order of events holds for every turn",
  async () => {
    await fc.assert(
      fc.asyncProperty(turnEvents(), async (events) => {
        const text = (await framesOf(events)).join("");
        expect(text).not.toContain("[DONE]");
        expect(checkOrder(parseFrames(text))).toBe(true);
      }),
      { numRuns: 200 },
    );
  },
);

verifies(
  ["messages.error-event", "messages.order"],
  "a failure at any point ends in one error event",
  async () => {
    await fc.assert(
      fc.asyncProperty(failingTurnEvents(), async (events) => {
        const frames = await parsed(events);
        expect(checkOrder(frames)).toBe(false);
        expect(frames.findIndex(({ event }) => event === "error")).toBe(frames.length - 1);
      }),
      { numRuns: 100 },
    );
  },
);

verifies("messages.ping", "every message of a wait reaches the stream as one comment line", async () => {
  await fc.assert(
    fc.asyncProperty(turnEvents(), async (events) => {
      const sent = events.filter((event) => event.type === "turn-wait" && event.message !== undefined);
      expect(comments((await framesOf(events)).join(""))).toHaveLength(sent.length);
    }),
    { numRuns: 50 },
  );
});
