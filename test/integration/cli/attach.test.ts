import { expect, onTestFinished } from "vitest";
import { ask } from "../../support/bridge/ask.ts";
import { runCli } from "../../support/processes/run-cli.ts";
import { answer } from "../../support/hosts/scripts.ts";
import { spawnBridge, type SpawnedBridge } from "../../support/processes/spawned-bridge.ts";
import { verifies } from "../../support/verifies.ts";
import { windows } from "../../support/processes/windows.ts";

const KEY = "a-key-for-hosts";

async function attached(url: string, key: string): Promise<SpawnedBridge> {
  const bridge = spawnBridge({ script: answer("from elsewhere") }, ["attach", url], { MCPTB_HOST_KEY: key });
  onTestFinished(() => bridge.kill());
  await bridge.host.initialize();
  return bridge;
}

verifies(
  "relay.attach",
  "a host is lent by its key, again when the bridge comes back, and until the host leaves",
  async () => {
    const { open, ready, url } = await windows();
    const flags = ["--host-key", KEY, "--no-stdio"];
    const first = await open(undefined, flags, false);
    await ready(0);
    const lender = await attached(url, KEY);
    await ready(1);
    expect(await (await ask(url, "openai-chat")).text()).toContain("from elsewhere");
    expect(await lender.host.tool("status")).toContain(`The bridge at ${url} serves clients`);
    await first.kill();
    await lender.logged(/the connection to the bridge has ended/);
    expect(await lender.host.tool("status")).toContain("No client can reach this host yet.");
    await open(undefined, flags, false);
    await ready(1);
    expect(await (await ask(url, "anthropic-messages")).text()).toContain("from elsewhere");
    lender.host.close();
    expect(await lender.exited).toBe(0);
    await ready(0);
  },
);

verifies("relay.attach", "a wrong key is said in the log and in status, and lends nothing", async () => {
  const { open, ready, url } = await windows();
  await open(undefined, ["--host-key", KEY, "--no-stdio"], false);
  await ready(0);
  const lender = await attached(url, "wrong");
  expect(await lender.logged(/the key is not one of its/)).toContain(url);
  expect(await lender.host.tool("status")).toContain("the key is not one of its --host-key");
  await ready(0);
});

verifies("relay.attach", "without a key it ends at once with what to do", async () => {
  const { code, stderr } = await runCli(["attach", "https://bridge.example"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^mcptb: a bridge on another machine accepts hosts by key; set MCPTB_HOST_KEY/m);
});
