/**
 * Every hostile input at its full size against the real program. Meanwhile a neighbour's request is in flight and others are answered; what the
 * input costs grows with its size and no faster. Alone on the machine: `npm run test:limits`.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { metricOf } from "../support/bridge/metric-of.ts";
import type { LimitCase } from "./case.ts";
import { attackedBridge, type AttackedBridge } from "./support/attacked-bridge.ts";
import { loadCases } from "./support/load-cases.ts";
import { bareServer, probe, type BareServer } from "./support/prober.ts";
import { forgetPeak, peakMb, residentMb } from "./support/process.ts";

/** Longest that others may have to wait, beyond what the machine makes them wait. */
const SILENCE_MS = 250;
const MEMORY_MB = 512;
const REPETITIONS = 3;
/** CPU seconds that are noise: start-up of code, garbage, the questions of the prober. */
const NOISE = 0.1;
/** MiB of a process up to which it serves for another case: one that has grown would hide what the next one takes. */
const RESTED_MB = 200;
/** Four times the input may take this many times as long: linear is 4, quadratic 16. */
const GROWTH = 8;

let bare: BareServer;
/** Bridges that have stood a case, by what they were started with. */
const rested = new Map<string, AttackedBridge>();
/** Milliseconds that each case took. */
const took = new Map<string, number>();

beforeAll(async () => {
  bare = await bareServer();
});

afterAll(async () => {
  await bare.stop();
  for (const bridge of rested.values()) await bridge.kill();
  const dearest = [...took].sort(([, a], [, b]) => b - a).slice(0, 10);
  for (const [name, ms] of dearest) process.stderr.write(`${(ms / 1000).toFixed(1)} s: ${name}\n`);
});

/** A bridge as a case needs it: one that has stood another case and is as small as a new one, or a new one. */
async function bridgeFor(one: LimitCase): Promise<{ key: string; bridge: AttackedBridge }> {
  const key = JSON.stringify([one.host, one.flags, one.env]);
  const known = rested.get(key);
  rested.delete(key);
  if (known !== undefined && (residentMb(known.pid) ?? Infinity) < RESTED_MB) return { key, bridge: known };
  await known?.kill();
  return { key, bridge: await attackedBridge(one) };
}

/** Tries a size; the seconds of CPU that the bridge took. */
async function costOf(bridge: AttackedBridge, one: LimitCase, size: number): Promise<number> {
  const before = await metricOf(bridge.url, "process_cpu_seconds_total");
  await bridge.attack(one, size);
  bridge.check();
  return (await metricOf(bridge.url, "process_cpu_seconds_total")) - before;
}

/** The least cost of each size over some repetitions: as many as it takes to see that it grows no faster than it may. */
async function costs(bridge: AttackedBridge, one: LimitCase, sizes: readonly number[]): Promise<number[]> {
  const least = sizes.map(() => Infinity);
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    for (const [index, size] of sizes.entries()) {
      least[index] = Math.min(least[index] ?? Infinity, await costOf(bridge, one, size));
    }
    if (isLinear(least)) break;
  }
  return least;
}

function isLinear(times: readonly number[]): boolean {
  return (times.at(-1) ?? 0) < GROWTH * Math.max(times[0] ?? 0, NOISE);
}

async function endure(one: LimitCase): Promise<void> {
  const { key, bridge } = await bridgeFor(one);
  const prober = probe(bridge.url, bare.url, bridge.pid);
  let stood = false;
  try {
    const release = await bridge.neighbour();
    const sizes = (one.fixed === true ? [1] : [0.25, 0.5, 1]).map((part) => Math.ceil(one.size * part));
    forgetPeak(bridge.pid);
    const before = residentMb(bridge.pid) ?? 0;
    const times = await costs(bridge, one, sizes);
    const tookMb = (peakMb(bridge.pid) ?? 0) - before;
    if (one.hostLeaves !== true) await release();
    bridge.check();
    const { failed, longestMs } = await prober.stop();
    expect({
      seconds: isLinear(times) ? "as its size" : times,
      silence: longestMs < SILENCE_MS ? "short" : longestMs,
      unanswered: failed,
      memory: tookMb < (one.memoryMb ?? MEMORY_MB) ? "bounded" : tookMb,
    }).toEqual({ seconds: "as its size", silence: "short", unanswered: 0, memory: "bounded" });
    stood = true;
  } finally {
    if (stood && one.hostLeaves !== true) rested.set(key, bridge);
    else await bridge.kill();
  }
}

for (const [area, cases] of await loadCases()) {
  describe(area, () => {
    for (const one of cases) {
      test(one.name, async () => {
        const began = performance.now();
        await endure(one);
        took.set(`${area}: ${one.name}`, performance.now() - began);
      });
    }
  });
}
