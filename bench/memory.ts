import { finished } from "node:stream/promises";
import type { IncomingMessage } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

import { Caller } from "./caller.ts";
import { chatBody, post } from "./client.ts";
import { Model } from "./model.ts";
import type { Start, Subject, Usage } from "./subject.ts";
import { words } from "./text.ts";

/** What streams cost that wait for the model, in bytes each over an idle server. */
export interface MemoryRow {
  readonly subject: string;
  readonly promptBytes: number;
  readonly streams: number;
  readonly rssPerStream: number;
  readonly heapPerStream: number;
  /** CPU of the server in one second with nothing but these streams waiting, in microseconds. */
  readonly cpuMicrosPerSecond: number;
  /** What is left of the heap's growth once all have been answered, in bytes in all. */
  readonly heapLeft: number;
}

/** How long to wait until every stream is past the server's look at the first event, in milliseconds. */
const SETTLE_MS = 2_000;

/** Opens `counts` streams in turn (rising) on a fresh server, keeps the model from answering, and weighs. */
export async function measureMemory(
  start: Start,
  promptBytes: number,
  counts: readonly number[],
): Promise<MemoryRow[]> {
  const model = new Model();
  model.text = words(20);
  const subject = await start(model);
  const rows: Omit<MemoryRow, "heapLeft">[] = [];
  try {
    await settle(subject, promptBytes);
    const idle = await weigh(subject);
    const answers: Promise<void>[] = [];
    model.hold();
    for (const streams of counts) {
      await openUpTo(subject.port, answers, streams, promptBytes, model);
      await delay(SETTLE_MS);
      const full = await weigh(subject);
      const cpuMicrosPerSecond = await idleCpu(subject);
      rows.push({
        subject: subject.name,
        promptBytes,
        streams,
        rssPerStream: (full.rss - idle.rss) / streams,
        heapPerStream: (full.heapBytes - idle.heapBytes) / streams,
        cpuMicrosPerSecond,
      });
    }
    model.release();
    await Promise.all(answers);
    await delay(200);
    const heapLeft = (await weigh(subject)).heapBytes - idle.heapBytes;
    return rows.map((row) => ({ ...row, heapLeft }));
  } finally {
    await subject.stop();
  }
}

/** Brings code and buffers to the size they keep. */
async function settle(subject: Subject, promptBytes: number): Promise<void> {
  const callers = await Promise.all(
    Array.from({ length: 50 }, (_, slot) => Caller.connect(subject.port, chatBody(slot, promptBytes, true))),
  );
  for (let time = 0; time < 10; time += 1) await Promise.all(callers.map((caller) => caller.call()));
  for (const caller of callers) caller.close();
}

/** Opens streams a few at a time until `streams` wait at the model. */
async function openUpTo(
  port: number,
  answers: Promise<void>[],
  streams: number,
  promptBytes: number,
  model: Model,
): Promise<void> {
  const burst = 200;
  while (answers.length < streams) {
    const from = answers.length;
    for (let slot = from; slot < Math.min(from + burst, streams); slot += 1) {
      answers.push(post(port, chatBody(slot, promptBytes, true)).then(drain));
    }
    await model.holds(answers.length);
  }
}

async function drain(response: IncomingMessage): Promise<void> {
  response.resume();
  await finished(response);
  if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode} for a waiting stream`);
}

async function weigh(subject: Subject): Promise<Usage> {
  const usage = await subject.usage(true);
  if (!usage) throw new Error(`${subject.name} does not tell its memory`);
  return usage;
}

async function idleCpu(subject: Subject): Promise<number> {
  const before = await weigh(subject);
  const began = performance.now();
  await delay(2_000);
  const after = await subject.usage();
  return (((after?.cpuMicros ?? Number.NaN) - before.cpuMicros) * 1_000) / (performance.now() - began);
}
