/** Whoever dies or stands still under many streams: each request ends whole or with an error, and no host is asked twice. */
import { beforeAll, expect } from "vitest";
import { verifies } from "../../support/verifies.ts";
import { installNats } from "./support/install.ts";
import { serves } from "./support/members.ts";
import { startNats, type NatsServer } from "./support/nats.ts";
import {
  expectAskedOnce,
  outcomeAt,
  spawnMember,
  type MemberProcess,
  type Outcome,
} from "./support/processes.ts";

beforeAll(installNats);

const PROMISES = ["cluster.once", "cluster.whole-or-error"] as const;
/** At two gateways together. */
const STREAMS = 200;

interface Cluster {
  readonly servers: readonly NatsServer[];
  readonly gateways: readonly [MemberProcess, MemberProcess];
  readonly lenders: readonly [MemberProcess, MemberProcess];
}

async function cluster(count = 1): Promise<Cluster> {
  const servers = await startNats(count);
  const gateways = [await spawnMember(servers, "g1"), await spawnMember(servers, "g2")] as const;
  const lenders = [await spawnMember(servers, "l1", "one"), await spawnMember(servers, "l2", "two")] as const;
  for (const { url } of gateways) await serves(url, ["one-l1", "two-l2"]);
  return { servers, gateways, lenders };
}

/** Streams that all run; `begun` resolves when half of them have their first words. */
function streams({ gateways }: Cluster): {
  readonly begun: Promise<void>;
  readonly outcomes: Promise<Outcome[][]>;
} {
  let onHalf!: () => void;
  let first = 0;
  const begun = new Promise<void>((resolve) => {
    onHalf = resolve;
  });
  const onFirst = (): void => {
    first += 1;
    if (first >= STREAMS / 2) onHalf();
  };
  const outcomes = Promise.all(
    gateways.map(({ url }, gateway) =>
      Promise.all(
        Array.from({ length: STREAMS / gateways.length }, async (_, index) =>
          outcomeAt(url, `question ${gateway}.${index}`, onFirst),
        ),
      ),
    ),
  );
  outcomes.catch(() => undefined);
  return { begun, outcomes };
}

function counted(outcomes: readonly Outcome[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

verifies(PROMISES, "nobody dies: every answer is whole", async () => {
  const all = await cluster();
  const outcomes = (await streams(all).outcomes).flat();
  expect(counted(outcomes)).toEqual({ whole: STREAMS });
  expectAskedOnce(all.lenders);
  expect(all.lenders.flatMap(({ asked }) => asked)).toHaveLength(STREAMS);
  for (const { asked } of all.lenders) expect(asked.length).toBeGreaterThan(STREAMS / 4);
});

verifies(
  PROMISES,
  "a lender is killed: its turns end with host_gone, those of the other are whole",
  async () => {
    const all = await cluster();
    const { begun, outcomes } = streams(all);
    await begun;
    const [dying, living] = all.lenders;
    dying.child.kill("SIGKILL");
    const counts = counted((await outcomes).flat());
    expect(Object.keys(counts).sort()).toEqual(["host_gone", "whole"]);
    expect(counts["whole"]).toBe(living.asked.length);
    expectAskedOnce(all.lenders);
    for (const { url } of all.gateways) await serves(url, ["two-l2"]);
  },
);

verifies(
  PROMISES,
  "a lender stands still: its turns end with host_gone, and it may go on later",
  async () => {
    const all = await cluster();
    const { begun, outcomes } = streams(all);
    await begun;
    const [still] = all.lenders;
    still.child.kill("SIGSTOP");
    const counts = counted((await outcomes).flat());
    expect(Object.keys(counts).sort()).toEqual(["host_gone", "whole"]);
    still.child.kill("SIGCONT");
    for (const { url } of all.gateways) await serves(url, ["one-l1", "two-l2"]);
    expect(await outcomeAt(all.gateways[0].url, "afterwards")).toBe("whole");
    expectAskedOnce(all.lenders);
  },
);

verifies(
  PROMISES,
  "a gateway is killed: the other's streams are whole, and the hosts are let go",
  async () => {
    const all = await cluster();
    const { begun, outcomes } = streams(all);
    await begun;
    all.gateways[0].child.kill("SIGKILL");
    const [killed = [], other = []] = await outcomes;
    expect(counted(other)).toEqual({ whole: STREAMS / 2 });
    for (const outcome of killed) expect(["lost", "whole"]).toContain(outcome);
    expectAskedOnce(all.lenders);
    await serves(all.gateways[1].url, ["one-l1", "two-l2"]);
  },
);

verifies(
  PROMISES,
  "the broker is killed and comes back: whole or host_gone, and the members find each other",
  async () => {
    const all = await cluster();
    const { begun, outcomes } = streams(all);
    await begun;
    await all.servers[0]?.kill();
    await all.servers[0]?.start();
    const counts = counted((await outcomes).flat());
    for (const outcome of Object.keys(counts)) expect(["whole", "host_gone"]).toContain(outcome);
    for (const { url } of all.gateways) await serves(url, ["one-l1", "two-l2"]);
    expect(await outcomeAt(all.gateways[1].url, "afterwards")).toBe("whole");
    expectAskedOnce(all.lenders);
  },
);

verifies(
  PROMISES,
  "the broker stands still: its turns end with host_gone, and later all is as before",
  async () => {
    const all = await cluster();
    const { begun, outcomes } = streams(all);
    await begun;
    all.servers[0]?.process().kill("SIGSTOP");
    const counts = counted((await outcomes).flat());
    for (const outcome of Object.keys(counts)) expect(["whole", "host_gone"]).toContain(outcome);
    all.servers[0]?.process().kill("SIGCONT");
    for (const { url } of all.gateways) await serves(url, ["one-l1", "two-l2"]);
    expect(await outcomeAt(all.gateways[1].url, "afterwards")).toBe("whole");
    expectAskedOnce(all.lenders);
  },
);

verifies(
  PROMISES,
  "one of three servers is killed: whole or host_gone, and the others carry on",
  async () => {
    const all = await cluster(3);
    const { begun, outcomes } = streams(all);
    await begun;
    await all.servers[0]?.kill();
    const counts = counted((await outcomes).flat());
    for (const outcome of Object.keys(counts)) expect(["whole", "host_gone"]).toContain(outcome);
    for (const { url } of all.gateways) await serves(url, ["one-l1", "two-l2"]);
    expect(await outcomeAt(all.gateways[1].url, "afterwards")).toBe("whole");
    expectAskedOnce(all.lenders);
  },
);

verifies(PROMISES, "a lender that ends in good order lets its turns end first", async () => {
  const all = await cluster();
  const { begun, outcomes } = streams(all);
  await begun;
  all.lenders[0].child.kill("SIGTERM");
  expect(counted((await outcomes).flat())).toEqual({ whole: STREAMS });
  expectAskedOnce(all.lenders);
});
