import { readFile } from "node:fs/promises";
import { expect, onTestFinished } from "vitest";
import { auditFile } from "../../../src/control/audit/audit-file.ts";
import { stateDir } from "../../support/bridge/state-dir.ts";
import { startOwnHost } from "../../support/hosts/own-host.ts";
import { spawnBridge } from "../../support/processes/spawned-bridge.ts";
import { startUpstream } from "../../support/upstreams/fake-upstream.ts";
import { ask, DIALECTS, errorOf } from "../../support/bridge/ask.ts";
import { hang, answer } from "../../support/hosts/scripts.ts";
import { runCli, type CliResult } from "../../support/processes/run-cli.ts";
import { windows } from "../../support/processes/windows.ts";
import { verifies } from "../../support/verifies.ts";

verifies(
  "control.stop",
  "everything that runs is cancelled in every window, and nothing new begins until it is let go on",
  async () => {
    const { open, ready, url, stateDir: place } = await windows();
    const mcptb = (command: string): Promise<CliResult> =>
      runCli([command], { env: { MCPTB_STATE_DIR: place } });
    const first = await open({ script: hang });
    const second = await open({ script: hang });
    await ready(2);
    const running = [first, second].flatMap(() =>
      DIALECTS.flatMap((dialect) => [ask(url, dialect), ask(url, dialect, { stream: true })]),
    );
    const calls = (): number => first.host.calls.length + second.host.calls.length;
    await expect.poll(calls).toBe(running.length);
    expect([first.host.calls.length, second.host.calls.length]).toEqual([4, 4]);
    expect(await mcptb("stop")).toMatchObject({ code: 0 });
    for (const response of await Promise.all(running)) {
      const text = await response.text();
      expect(text).toContain("is sent to any model until `mcptb resume`");
    }
    const asked = [...first.host.calls, ...second.host.calls];
    expect(asked.length).toBe(8);
    await Promise.all(asked.map(({ cancelled }) => cancelled));
    const status = async (): Promise<number[]> => {
      const responses = await Promise.all(DIALECTS.map((dialect) => ask(url, dialect)));
      return responses.map((response) => response.status);
    };
    expect(await status()).toEqual([503, 503]);
    const refused = await ask(url, "anthropic-messages", { stream: true });
    expect(refused.headers.get("x-should-retry")).toBe("false");
    expect((await errorOf(refused)).type).toBe("api_error");
    await first.kill();
    await second.kill();
    await open({ script: answer("Hello.") });
    await ready(1);
    expect(await status()).toEqual([503, 503]);
    expect(await (await fetch(`${url}/ready`)).json()).toMatchObject({ ready: false, stopped: true });
    expect(await mcptb("resume")).toMatchObject({ code: 0 });
    expect(await status()).toEqual([200, 200]);
    expect((await mcptb("resume")).stdout).toBe("Nothing was stopped.\n");
  },
);

verifies("control.stop", "an operator stops every window over HTTP, and lets it go on", async () => {
  const { open, ready, url, stateDir: place } = await windows();
  const first = await open({ script: hang });
  const second = await open({ script: hang });
  await ready(2);
  const running = [ask(url, "openai-chat"), ask(url, "anthropic-messages", { stream: true })];
  await expect.poll(() => first.host.calls.length + second.host.calls.length).toBe(2);
  const control = (action: string): Promise<Response> =>
    fetch(`${url}/control/${action}`, { method: "POST" });
  expect(await (await control("stop")).json()).toMatchObject({ stopped: true });
  await Promise.all([...first.host.calls, ...second.host.calls].map(({ cancelled }) => cancelled));
  for (const response of await Promise.all(running)) expect(await response.text()).toContain("mcptb resume");
  expect((await ask(url, "openai-chat")).status).toBe(503);
  expect(await (await control("resume")).json()).toMatchObject({ stopped: false });
  first.host.script = second.host.script = answer("Hello.");
  expect((await ask(url, "openai-chat")).status).toBe(200);
  await expect
    .poll(() => readFile(auditFile(place), "utf8"))
    .toMatch(/"event":"stopped"[\s\S]*"event":"resumed"/);
});

verifies(
  "control.stop",
  "whoever lends to a bridge elsewhere stops what it does with their host",
  async () => {
    const { open, ready, url } = await windows();
    await open(undefined, ["--host-key", "host-key", "--no-stdio"], false);
    await ready(0);
    const place = { MCPTB_STATE_DIR: await stateDir() };
    const lender = spawnBridge({ script: hang }, ["attach", url], { ...place, MCPTB_HOST_KEY: "host-key" });
    onTestFinished(() => lender.kill());
    await lender.host.initialize();
    await ready(1);
    const running = ask(url, "openai-chat", { stream: true });
    const call = await lender.host.next();
    expect(await runCli(["stop"], { env: place })).toMatchObject({ code: 0 });
    await call.cancelled;
    expect(await (await running).text()).toContain("mcptb resume");
    expect((await ask(url, "anthropic-messages")).status).toBe(503);
    expect(lender.host.calls).toHaveLength(1);
    expect(await runCli(["resume"], { env: place })).toMatchObject({ code: 0 });
    lender.host.script = answer("Hello.");
    expect((await ask(url, "anthropic-messages")).status).toBe(200);
  },
);

verifies("control.stop", "the upstream of our own host is left too", async () => {
  const upstream = await startUpstream(() => undefined);
  onTestFinished(() => upstream.close());
  const env = { MCPTB_STATE_DIR: await stateDir() };
  const host = await startOwnHost(upstream, { env });
  onTestFinished(() => host.stop());
  const running = ask(host.url, "openai-chat");
  await expect.poll(() => upstream.calls.length).toBe(1);
  expect(await runCli(["stop"], { env })).toMatchObject({ code: 0 });
  await upstream.calls[0]?.left;
  expect((await running).status).toBe(503);
  expect((await ask(host.url, "openai-chat")).status).toBe(503);
  expect(upstream.calls).toHaveLength(1);
});
