import { createServer } from "node:http";
import { afterEach, expect, onTestFinished, test } from "vitest";
import type { Finding } from "../../../src/cli/doctor/check.ts";
import { examine, line, type DoctorOptions } from "../../../src/cli/doctor/doctor.ts";
import { checkNode } from "../../../src/cli/doctor/node-version.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { runCli } from "../../support/processes/run-cli.ts";
import type { ScriptedHostOptions } from "../../support/hosts/scripted-host.ts";
import { fail, hang, refuse } from "../../support/hosts/scripts.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

let running: RunningBridge | undefined;
afterEach(async () => {
  await running?.bridge.stop();
  running = undefined;
});

async function bridge(settings: object = {}, host?: ScriptedHostOptions): Promise<string> {
  running = await startBridge(settings);
  if (host !== undefined) await attachHost(running.bridge, host);
  return running.url;
}

async function findings(url: string, options: Partial<DoctorOptions> = {}): Promise<Finding[]> {
  const found: Finding[] = [];
  const all = { url, key: undefined, ask: true, timeoutMs: 10_000, onWaiting: () => undefined, ...options };
  for await (const finding of examine(all)) found.push(finding);
  return found;
}

/** The last finding, which must be a failure with advice; what came before it must not fail. */
function failure(found: readonly Finding[]): Finding {
  const last = found.at(-1);
  if (last === undefined) throw new Error("Nothing was found.");
  expect(last.status).toBe("fail");
  expect(last.remedy).toMatch(/^[A-Z].*\.$/);
  expect(found.slice(0, -1).filter(({ status }) => status === "fail")).toEqual([]);
  return last;
}

verifies("person.doctor", "all is well: every step is found to be", async () => {
  const found = await findings(await bridge({}, { name: "Test Editor", version: "2.0" }));
  expect(found.map(({ check, status }) => `${check} ${status}`)).toEqual([
    "node ok",
    "bridge ok",
    "key ok",
    "host ok",
    "sampling ok",
    "consent ok",
    "round-trip ok",
  ]);
  expect(found[3]?.detail).toBe("Test Editor 2.0");
  expect(found[6]?.detail).toMatch(/^scripted\/model answered 20 characters in \d+\.\d\d s$/);
});

test("the round trip can be left out", async () => {
  const url = await bridge({}, {});
  expect((await findings(url, { ask: false })).map(({ check }) => check)).not.toContain("round-trip");
  expect(running?.bridge.url).toBe(url);
});

verifies("person.doctor-remedy", "an old Node", () => {
  expect(checkNode("20.19.0").status).toBe("ok");
  expect(checkNode("22.0.0").status).toBe("ok");
  expect(failure([checkNode("20.18.3")]).remedy).toContain("https://nodejs.org");
  expect(checkNode("18.20.0").status).toBe("fail");
});

verifies("person.doctor-remedy", "nothing listens", async () => {
  const url = await bridge();
  await running?.bridge.stop();
  const { check, detail, remedy } = failure(await findings(url));
  expect(check).toBe("bridge");
  expect(detail).toBe(`nothing answers at ${url} (ECONNREFUSED)`);
  expect(remedy).toContain("mcptb demo");
});

verifies("person.doctor-remedy", "another program has the port", async () => {
  const server = createServer((_, response) => response.end("hello"));
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  expect(failure(await findings(url))).toMatchObject({
    check: "bridge",
    detail: `another program answers at ${url} (status 200)`,
  });
});

verifies("person.doctor-remedy", "a missing and a wrong key", async () => {
  const url = await bridge({ apiKey: "right" }, {});
  expect(failure(await findings(url))).toMatchObject({
    check: "key",
    detail: "the bridge requires a key, but none was given",
  });
  expect(failure(await findings(url, { key: "wrong" }))).toMatchObject({ check: "key" });
  expect((await findings(url, { key: "right" })).at(-1)).toMatchObject({ check: "round-trip", status: "ok" });
});

verifies("person.doctor-remedy", "no host, and a host that does not sample", async () => {
  expect(failure(await findings(await bridge()))).toMatchObject({
    check: "host",
    detail: "no MCP host is attached",
  });
  await running?.bridge.stop();
  const url = await bridge({}, { name: "Mute", capabilities: {} });
  expect(failure(await findings(url))).toMatchObject({
    check: "sampling",
    detail: "Mute does not support it",
  });
});

verifies("person.doctor-remedy", "a refused consent", async () => {
  const url = await bridge({}, { script: refuse });
  const refused = failure(await findings(url));
  expect(refused).toMatchObject({ check: "round-trip" });
  expect(refused.remedy).toContain("allow sampling");
  // Asked again, the doctor asks the host again: the person may have changed the answer.
  const again = await findings(url);
  expect(again.find(({ check }) => check === "consent")).toMatchObject({ status: "warn" });
});

verifies("person.doctor-remedy", "a host that fails", async () => {
  const found = failure(await findings(await bridge({}, { script: fail(-32_603, "out of paper") })));
  expect(found.detail).toContain("out of paper");
  expect(found.remedy).toContain("host's own log");
});

verifies("person.doctor-remedy", "a host that waits, for consent perhaps, and does not answer", async () => {
  const said: string[] = [];
  const url = await bridge({ peekMs: 0, consentHintMs: 50 }, { name: "Slow Host", script: hang });
  const found = await findings(url, { timeoutMs: 1000, onWaiting: (text) => said.push(text) });
  expect(failure(found)).toMatchObject({ check: "round-trip", detail: "no answer within 1 s" });
  expect(said.join("\n")).toMatch(/waiting for the host \(Slow Host\).*consent/);
});

verifies("person.doctor", "the command prints its findings and exits with 1 when one failed", async () => {
  const url = await bridge({ apiKey: "right" }, {});
  const env = { MCPTB_API_KEY: "right" };
  const [well, locked, json] = await Promise.all([
    runCli(["doctor", "--url", `${url}/v1/`], { env }),
    runCli(["doctor", "--port", new URL(url).port]),
    runCli(["doctor", "--url", url, "--json", "--no-ask"], { env }),
  ]);
  expect(well.stdout).toMatch(
    /^ok {4}node {8}Node\.js .*\n(?:.*\n)*ok {4}round-trip {2}scripted\/model answered/,
  );
  expect(well.code).toBe(0);
  expect(locked.stdout).toMatch(/FAIL {2}key .*\n +→ Give one of its keys/);
  expect(locked.code).toBe(1);
  expect(JSON.parse(json.stdout)).toMatchObject([{ check: "node", status: "ok" }, {}, {}, {}, {}, {}]);
  expect(json.code).toBe(0);
});

test("a finding is one line, and its remedy another", () => {
  expect(line({ check: "key", status: "fail", detail: "none", remedy: "Give one." })).toBe(
    "FAIL  key         none\n                  → Give one.\n",
  );
});

verifies(
  "own-host.safe-texts",
  "what a host calls itself neither steers the terminal nor makes a finding",
  async () => {
    const name = "E\u001B[2J\u202Editor\u200B\nok    round-trip  all is well";
    const url = await bridge({}, { name, version: "1\u009B1m" });
    for (const more of [[], ["--json"]]) {
      const { stdout, stderr } = await runCli(["doctor", "--url", url, ...more]);
      // oxlint-disable-next-line no-control-regex -- exactly these are looked for
      expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200B\u202E]/);
      expect(stdout.match(/^ok {4}round-trip/gm) ?? []).toHaveLength(more.length === 0 ? 1 : 0);
      expect(stdout).toContain("[2J");
    }
  },
);
