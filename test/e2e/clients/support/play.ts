/** Plays a failure: the bridge, its host, all cases at once, and what happens to them meanwhile. */
import { BRIDGE_URL, startBridge, type Bridge } from "./bridge.ts";
import type { Case } from "./cases.ts";
import type { Failure } from "./failures.ts";
import type { Namespace } from "./namespace.ts";
import type { Outcome, PythonClients } from "./python-clients.ts";

/** Longer than any client waits between its own retries, shorter than any of them gives up by itself. */
export const BOUND_MS = 60_000;

export interface Stage {
  readonly namespace: Namespace;
  readonly home: string;
  /** Those that hold httpx. */
  readonly clients: PythonClients;
}

export interface Played {
  /** Stopped, so that nothing more can reach it and its log is whole. */
  readonly bridge: Bridge;
  readonly outcomeOf: (of: Case) => Outcome;
}

/** Asks with every case at once, and stops the bridge when all have ended; `ask` must end within the bound. */
export async function play<C extends Case>(
  stage: Stage,
  failure: Pick<Failure, "host" | "args" | "incident">,
  cases: readonly C[],
  ask: (of: C) => Promise<Outcome>,
): Promise<Played> {
  const { host, incident } = failure;
  // A host that dies shall have been asked by everyone.
  const room = incident === "host dies" ? ["--max-concurrent", String(cases.length)] : [];
  const args = [...(failure.args ?? []), ...room];
  const bridge = await startBridge(stage.namespace, { home: stage.home, host, args });
  const fillers = incident === "queue full" ? await fillQueue(stage, bridge) : [];
  try {
    const asking = cases.map(async (of) => [of.name, await ask(of)] as const);
    if (incident === "host dies") {
      await bridge.askedTimes(cases.length, BOUND_MS);
      bridge.killHost();
    }
    const outcomes = new Map(await Promise.all(asking));
    return { bridge, outcomeOf: ({ name }) => outcomes.get(name) ?? missing(name) };
  } finally {
    await bridge.stop();
    await Promise.all(fillers);
  }
}

function missing(name: string): never {
  throw new Error(`${name} was not run`);
}

/** One request that runs and one that waits, straight to the bridge. */
async function fillQueue({ clients }: Stage, bridge: Bridge): Promise<Promise<Outcome>[]> {
  const call = {
    client: "httpx_client",
    dialect: "chat",
    stream: false,
    model: "auto",
    key: "none",
  } as const;
  const fillers = ["the one that runs", "the one that waits"].map((prompt) =>
    clients.call({ ...call, base: BRIDGE_URL, prompt }, 2 * BOUND_MS),
  );
  await bridge.askedTimes(1, BOUND_MS);
  await bridge.until(/ RX [^]* RX /, BOUND_MS);
  return fillers;
}
