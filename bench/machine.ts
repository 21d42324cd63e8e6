import { availableParallelism, cpus, release, totalmem } from "node:os";
import { setTimeout as delay } from "node:timers/promises";

export interface Machine {
  readonly node: string;
  readonly system: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
}

export function machine(): Machine {
  return {
    node: process.version,
    system: `${process.platform} ${process.arch} ${release()}`,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 2 ** 30),
  };
}

/** The share of all cores (0..1) that is in use while the benchmark itself does nothing: its noise. */
export async function foreignLoad(): Promise<number> {
  const before = ticks();
  await delay(1_000);
  const after = ticks();
  return (after.busy - before.busy) / (after.all - before.all);
}

function ticks(): { busy: number; all: number } {
  let busy = 0;
  let all = 0;
  for (const { times } of cpus()) {
    const active = times.user + times.nice + times.sys + times.irq;
    busy += active;
    all += active + times.idle;
  }
  return { busy, all };
}
