/** Every hostile input of `test/limits/cases` in a small size: what must come back comes back, and the process lives. */
import { afterAll, describe } from "vitest";
import type { LimitCase } from "../../limits/case.ts";
import { attackedBridge, type AttackedBridge } from "../../limits/support/attacked-bridge.ts";
import { loadCases } from "../../limits/support/load-cases.ts";
import { verifies } from "../../support/verifies.ts";

/** Bridges by what a case needs of them; one whose process or host a case has ended is not used again. */
const running = new Map<string, Promise<AttackedBridge>>();

async function bridgeFor(one: LimitCase): Promise<AttackedBridge> {
  const key = JSON.stringify([one.host, one.flags, one.env]);
  const known = running.get(key);
  if (known !== undefined) return known;
  const started = attackedBridge(one);
  running.set(key, started);
  return started;
}

async function endure(one: LimitCase): Promise<void> {
  const bridge = await bridgeFor(one);
  const release = await bridge.neighbour();
  await bridge.attack(one, one.small ?? Math.ceil(one.size / (one.fixed === true ? 1 : 64)));
  if (one.hostLeaves !== true) await release();
  bridge.check();
}

afterAll(async () => {
  for (const started of running.values()) await started.then((bridge) => bridge.kill());
});

for (const [area, cases] of await loadCases()) {
  describe(area, () => {
    for (const one of cases) verifies("server.hostile-inputs", one.name, () => endure(one));
  });
}
