/**
 * Preloaded into each server under test (`node --expose-gc --import probe.mjs`): tells the benchmark over the
 * IPC channel what the process has used so far, after a full garbage collection where that is asked for.
 */
import { setImmediate } from "node:timers/promises";

async function collectGarbage() {
  for (let pass = 0; pass < 3; pass += 1) {
    globalThis.gc();
    await setImmediate();
  }
}

async function answer(question) {
  if (question?.type !== "usage") return;
  if (question.collect) await collectGarbage();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send({ type: "usage", cpuMicros: user + system, rss, heapBytes: heapUsed + external });
}

process.on("message", (question) => void answer(question));
// The listener alone must not keep a server alive that has nothing else to do.
process.channel?.unref();
