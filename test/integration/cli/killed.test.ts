/** What keys have used, and what the audit log has, of bridges that are killed. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished } from "vitest";
import { ask } from "../../support/bridge/ask.ts";
import { giveKey } from "../../support/bridge/give-key.ts";
import { stateDir } from "../../support/bridge/state-dir.ts";
import { runCli } from "../../support/processes/run-cli.ts";
import { spawnBridge, type SpawnedBridge } from "../../support/processes/spawned-bridge.ts";
import { verifies } from "../../support/verifies.ts";

/** The clock of the machine, as the program sees it, so many days away. */
const moved = (days: number): Record<string, string> => ({
  NODE_OPTIONS: `--import=data:text/javascript,const%20now=Date.now;Date.now=()=>now()+${days * 86_400_000}`,
});

async function start(directory: string, env: Readonly<Record<string, string>> = {}): Promise<SpawnedBridge> {
  const bridge = spawnBridge({}, ["--state-dir", directory], env);
  onTestFinished(() => bridge.kill());
  await bridge.host.initialize();
  await bridge.url;
  return bridge;
}

const used = async (directory: string): Promise<number> => {
  const text = await readFile(path.join(directory, "usage.json"), "utf8").catch(() => '{"keys":{}}');
  const { keys } = JSON.parse(text) as { keys: Record<string, { day: { requests: number } }> };
  return Object.values(keys).reduce((sum, { day }) => sum + day.requests, 0);
};

verifies(
  "control.durable",
  "killed in the middle of a budget, with the clock set back: what was used stays used",
  async () => {
    const directory = await stateDir();
    const headers = await giveKey(directory, "anna", { limits: { requestsPerDay: 5 } });
    const status = async (bridge: SpawnedBridge): Promise<number> =>
      (await ask(await bridge.url, "openai-chat", { headers, body: { max_tokens: 5 } })).status;
    for (const [days, expected] of [
      [0, [200, 200]],
      [-2, [200, 200]],
      [-700, [200, 429, 429]],
      [-1, [429]],
    ] as const) {
      const bridge = await start(directory, moved(days));
      for (const one of expected) expect(await status(bridge)).toBe(one);
      const before = expected.filter((one) => one === 200).length;
      if (before > 0) await expect.poll(() => used(directory)).toBeGreaterThan(0);
      // Written a moment late, which a kill may be too early for: here it is awaited.
      await expect
        .poll(async () => (await used(directory)) >= (days === 0 ? 2 : days === -2 ? 4 : 5))
        .toBe(true);
      await bridge.kill();
    }
  },
);

verifies(
  "control.durable",
  "what was reserved when the bridge was killed counts as used, and two that serve one key count together",
  async () => {
    const directory = await stateDir();
    const headers = await giveKey(directory, "anna", { limits: { requestsPerDay: 6 } });
    const bridges = await Promise.all([start(directory), start(directory)]);
    for (const { host } of bridges) host.script = () => undefined;
    const waiting = bridges.map(async (bridge) =>
      ask(await bridge.url, "openai-chat", { headers, body: { max_tokens: 5 } }).catch(() => undefined),
    );
    await Promise.all(bridges.map(({ host }) => host.next()));
    await expect.poll(() => used(directory)).toBe(2);
    for (const bridge of bridges) await bridge.kill();
    await Promise.all(waiting);
    const next = await start(directory);
    const statuses: number[] = [];
    for (let asked = 0; asked < 5; asked += 1)
      statuses.push((await ask(await next.url, "openai-chat", { headers, body: { max_tokens: 5 } })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
  },
);

verifies("control.audit", "killed while it writes, the log can be verified and goes on", async () => {
  const directory = await stateDir();
  await giveKey(directory, "anna");
  for (let round = 0; round < 4; round += 1) {
    const bridge = await start(directory);
    const url = await bridge.url;
    // Each kind of refusal is a line of its own.
    const refused = ["/v1/models", "/v1/me/usage"].map((target) =>
      fetch(`${url}${target}`).catch(() => undefined),
    );
    await bridge.logged(/"msg":"audit"/);
    await bridge.kill();
    await Promise.all(refused);
  }
  const { code, stdout, stderr } = await runCli(["audit", "verify"], { env: { MCPTB_STATE_DIR: directory } });
  const lines = (await readFile(path.join(directory, "audit.jsonl"), "utf8")).split("\n").filter(Boolean);
  expect(lines.length).toBeGreaterThanOrEqual(4);
  // A line that the kill has cut is told as such; nothing else may be wrong.
  if (code !== 0) expect(stderr).toContain("was cut");
  else expect(stdout).toContain("Head: ");
});
