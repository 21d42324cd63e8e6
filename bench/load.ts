import { Caller } from "./caller.ts";
import { CHAT, chatBody } from "./client.ts";
import type { Model } from "./model.ts";
import { percentile } from "./stats.ts";
import type { Subject } from "./subject.ts";

export interface Load {
  readonly concurrency: number;
  readonly promptBytes: number;
  readonly stream: boolean;
  /** What they send, where that is not a chat request with a prompt. */
  readonly request?: { readonly path: string; readonly body: (slot: number) => Buffer };
  /** How long callers start new requests, in seconds; each sends one at least. */
  readonly seconds: number;
}

export interface Outcome {
  readonly requests: number;
  readonly perSecond: number;
  /** Milliseconds added to the model's own time, to the first character of a stream or to the end of a reply. */
  readonly p50: number;
  readonly p99: number;
  /** CPU of the server for one request, in microseconds; undefined where it cannot be asked. */
  readonly cpuMicros: number | undefined;
}

/** `concurrency` callers, each sending its next request as soon as the one before has been answered. */
export async function load(subject: Subject, model: Model, options: Load): Promise<Outcome> {
  const { concurrency, promptBytes, stream, request } = options;
  const { path = CHAT, body = (slot: number) => chatBody(slot, promptBytes, stream) } = request ?? {};
  const callers = await Promise.all(
    Array.from({ length: concurrency }, (_, slot) =>
      Caller.connect(subject.port, body(slot), path, subject.headers),
    ),
  );
  // The first request on a connection is dearer than the others.
  await Promise.all(callers.map((caller) => caller.call()));

  const before = await subject.usage();
  const started = performance.now();
  const added = (
    await Promise.all(callers.map((caller, slot) => repeat(caller, model, slot, options)))
  ).flat();
  const seconds = (performance.now() - started) / 1_000;
  const after = await subject.usage();
  for (const caller of callers) caller.close();

  return {
    requests: added.length,
    perSecond: added.length / seconds,
    p50: percentile(added, 0.5),
    p99: percentile(added, 0.99),
    cpuMicros: before && after && (after.cpuMicros - before.cpuMicros) / added.length,
  };
}

async function repeat(
  caller: Caller,
  model: Model,
  slot: number,
  { seconds, stream }: Load,
): Promise<number[]> {
  const added: number[] = [];
  const until = performance.now() + seconds * 1_000;
  do {
    const timing = await caller.call();
    added.push((stream ? timing.first : timing.total) - model.kept(slot));
  } while (performance.now() < until);
  return added;
}

/**
 * Lets V8 compile the hot paths of a server, and of the driver, before anything is measured: it does so by the number
 * of calls. Takes a quarter of a minute at most, for servers that are slow.
 */
export async function warmUp(subject: Subject, model: Model, requests: number): Promise<void> {
  const until = performance.now() + 15_000;
  for (let sent = 0; sent < requests && performance.now() < until;) {
    for (const stream of [true, false]) {
      sent += (await load(subject, model, { concurrency: 16, promptBytes: 100, stream, seconds: 0.4 }))
        .requests;
    }
    await load(subject, model, { concurrency: 4, promptBytes: 200_000, stream: true, seconds: 0.2 });
  }
}
