/** Asks two addresses again and again, each in its own time, and notes when it asked and how long the answer took. */
import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { waitedMs } from "./waited.mjs";

/** Of one clock with the other threads. */
const now = () => performance.timeOrigin + performance.now();

/** Milliseconds between an answer and the next question. */
const PAUSE = 20;

const samples = { bridge: [], bare: [] };
const ending = new AbortController();

function asked(url, agent) {
  return new Promise((resolve) => {
    const request = get(url, { agent }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode === 200));
      response.once("error", () => resolve(false));
    });
    request.once("error", () => resolve(false));
  });
}

/** What this thread and the one that answers have waited for a processor. */
function waited() {
  return (waitedMs() ?? 0) + (waitedMs(workerData.pid) ?? 0);
}

async function probe(name, url) {
  const agent = new Agent({ keepAlive: true });
  while (!ending.signal.aborted) {
    const before = waited();
    const from = now();
    const ok = await asked(url, agent);
    samples[name].push({ from, to: now(), ok, waited: waited() - before });
    await sleep(PAUSE);
  }
  agent.destroy();
}

parentPort.once("message", () => ending.abort());
await Promise.all([probe("bridge", workerData.bridge), probe("bare", workerData.bare)]);
parentPort.postMessage(samples);
