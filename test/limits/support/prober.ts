/** Whether the bridge answers others meanwhile: `GET /health` from a thread of its own, beside a bare server as a measure of the machine. */
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { Worker } from "node:worker_threads";

interface Sample {
  readonly from: number;
  readonly to: number;
  readonly ok: boolean;
}

export interface Silence {
  /** The longest that `/health` took, less what the machine took for a bare server at that time. Milliseconds. */
  readonly longestMs: number;
  /** How many questions were answered, and how many were not. */
  readonly answered: number;
  readonly failed: number;
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

export function probe(bridge: string, bare: string): Prober {
  const worker = new Worker(path.join(import.meta.dirname, "prober.mjs"), {
    workerData: { bridge: `${bridge}/health`, bare },
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
  const excess = bridge.map(({ from, to }) => {
    const meanwhile = bare.filter((sample) => sample.from < to && sample.to > from);
    return to - from - Math.max(0, ...meanwhile.map((sample) => sample.to - sample.from));
  });
  return {
    longestMs: Math.round(Math.max(0, ...excess)),
    answered: bridge.filter(({ ok }) => ok).length,
    failed: bridge.filter(({ ok }) => !ok).length,
  };
}
