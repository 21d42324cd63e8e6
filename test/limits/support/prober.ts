/** Whether the bridge answers others meanwhile: `GET /health` from a thread of its own, beside a bare server as a measure of the machine. */
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { Worker } from "node:worker_threads";

interface Sample extends Span {
  readonly ok: boolean;
  /** Milliseconds in it for which whoever asked and who answers waited for a processor. */
  readonly waited: number;
}

export interface Silence {
  /** The longest that `/health` took, less what the machine took for a bare server at that time, or had no processor for. Milliseconds. */
  readonly longestMs: number;
  /** How many questions were answered, and how many were not. */
  readonly answered: number;
  readonly failed: number;
  /** The longest that the machine took for a bare server while this went on. Milliseconds. */
  readonly slowness: (span: Span) => number;
}

/** From when to when something went on: milliseconds of the clock that all threads share. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export function clock(): number {
  return performance.timeOrigin + performance.now();
}

export interface Prober {
  /** Ends the asking once the open questions are answered. */
  stop(): Promise<Silence>;
}

export interface BareServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** A process that does nothing but answer. */
export async function bareServer(): Promise<BareServer> {
  const child = fork(path.join(import.meta.dirname, "bare-server.mjs"));
  const [port] = (await once(child, "message")) as [number];
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const exited = once(child, "exit");
      child.disconnect();
      await exited;
    },
  };
}

/** @param pid the process of the bridge. */
export function probe(bridge: string, bare: string, pid?: number): Prober {
  const worker = new Worker(path.join(import.meta.dirname, "prober.mjs"), {
    workerData: { bridge: `${bridge}/health`, bare, pid },
  });
  return {
    async stop() {
      const done = once(worker, "message");
      worker.postMessage("stop");
      const [samples] = (await done) as [{ readonly bridge: Sample[]; readonly bare: Sample[] }];
      return silenceOf(samples.bridge, samples.bare);
    },
  };
}

function silenceOf(bridge: readonly Sample[], bare: readonly Sample[]): Silence {
  const slowness = ({ from, to }: Span): number => {
    const meanwhile = bare.filter((sample) => sample.from < to && sample.to > from);
    return Math.max(0, ...meanwhile.map((sample) => sample.to - sample.from));
  };
  const excess = bridge.map((sample) => sample.to - sample.from - Math.max(sample.waited, slowness(sample)));
  return {
    longestMs: Math.round(Math.max(0, ...excess)),
    answered: bridge.filter(({ ok }) => ok).length,
    failed: bridge.filter(({ ok }) => !ok).length,
    slowness,
  };
}
