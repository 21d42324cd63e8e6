import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { writeBody } from "../../../src/wire/body.ts";
import { verifies } from "../../support/verifies.ts";

/** A reader that takes what it is given, one write at a time, when `open` lets it. */
class Reader extends Writable {
  readonly writes: string[] = [];
  #resume: (() => void) | undefined;
  paused = false;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.writes.push(chunk.toString());
    if (this.paused) this.#resume = done;
    else done();
  }

  take(): void {
    this.paused = false;
    this.#resume?.();
  }

  get text(): string {
    return this.writes.join("");
  }
}

async function* burst(count: number, text = "x"): AsyncGenerator<string> {
  for (let index = 0; index < count; index += 1) yield text;
}

verifies("stream.gathered", "what the source gives in one go leaves in one write", async () => {
  const reader = new Reader();
  await writeBody(burst(1000), reader, { stallMs: 1000 });
  expect(reader.writes).toEqual(["x".repeat(1000)]);
});

verifies("stream.prompt", "what is there leaves when the source begins to wait", async () => {
  const reader = new Reader();
  const { promise: gate, resolve: open } = deferred();
  async function* source(): AsyncGenerator<string> {
    yield "first";
    await gate;
    yield "second";
  }
  const written = writeBody(source(), reader, { stallMs: 1000 });
  await new Promise((resolve) => setImmediate(resolve));
  expect(reader.writes).toEqual(["first"]);
  open();
  await written;
  expect(reader.writes).toEqual(["first", "second"]);
});

verifies("stream.back-pressure", "a reader that does not read stops the source", async () => {
  const reader = new Reader({ highWaterMark: 1024 });
  reader.paused = true;
  let produced = 0;
  async function* endless(): AsyncGenerator<string> {
    for (; produced < 100_000; produced += 1) yield "x".repeat(100);
  }
  const written = writeBody(endless(), reader, { stallMs: 10_000 });
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(produced).toBeLessThan(1000);
  reader.take();
  await written;
  expect(reader.text).toHaveLength(10_000_000);
});

verifies("stream.stalled", "a reader that takes nothing for the time allowed is dropped", async () => {
  const reader = new Reader({ highWaterMark: 16 });
  reader.paused = true;
  let closed = false;
  async function* endless(): AsyncGenerator<string> {
    try {
      for (;;) yield "x".repeat(100);
    } finally {
      closed = true;
    }
  }
  const began = performance.now();
  await writeBody(endless(), reader, { stallMs: 50 });
  expect(performance.now() - began).toBeGreaterThanOrEqual(45);
  expect(reader.destroyed).toBe(true);
  expect(closed).toBe(true);
});

verifies("stream.stalled", "the last piece must be taken, too", async () => {
  const reader = new Reader();
  reader.paused = true;
  await writeBody(burst(1), reader, { stallMs: 50 });
  expect(reader.destroyed).toBe(true);
});

test("a reader that leaves ends the source", async () => {
  const reader = new Reader();
  let closed = false;
  async function* endless(): AsyncGenerator<string> {
    try {
      for (;;) {
        yield "x";
        await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      closed = true;
    }
  }
  const written = writeBody(endless(), reader, { stallMs: 1000 });
  await new Promise((resolve) => setImmediate(resolve));
  reader.destroy();
  await written;
  expect(closed).toBe(true);
});

test("a long burst leaves others their turn", async () => {
  const reader = new Reader();
  let turns = 0;
  let running = true;
  const tick = (): void => {
    turns += 1;
    if (running) setImmediate(tick);
  };
  tick();
  await writeBody(burst(10_000, "x".repeat(100)), reader, { stallMs: 1000 });
  running = false;
  expect(turns).toBeGreaterThan(20);
});

test("bytes are counted as they are written", async () => {
  const sizes: number[] = [];
  await writeBody(burst(3, "é"), new Reader(), { stallMs: 1000, onWrite: (bytes) => void sizes.push(bytes) });
  expect(sizes).toEqual([6]);
});

test("a source that throws is the caller's to handle", async () => {
  const reader = new Reader();
  async function* broken(): AsyncGenerator<string> {
    yield "x";
    throw new Error("defect");
  }
  await expect(writeBody(broken(), reader, { stallMs: 1000 })).rejects.toThrow("defect");
  expect(reader.writableEnded).toBe(false);
});

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
