/** What runs the bridge as a service, as far as it can be looked at without a daemon. */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { explainConfig } from "../../../src/config/load.ts";
import { OPTIONS } from "../../../src/config/settings.ts";
import { ask } from "../../support/bridge/ask.ts";
import { giveKey } from "../../support/bridge/give-key.ts";
import { startBridge } from "../../support/bridge/start-bridge.ts";
import { stateDir } from "../../support/bridge/state-dir.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { fail } from "../../support/hosts/scripts.ts";
import { ROOT } from "../../support/processes/packed.ts";
import { startCli } from "../../support/processes/run-cli.ts";
import { verifies } from "../../support/verifies.ts";

const SERVICE = path.join(ROOT, "examples/service");
const read = (name: string): string => readFileSync(path.join(SERVICE, name), "utf8");

/** The instructions of a Dockerfile, continued lines joined. */
const instructions = read("Dockerfile")
  .replaceAll(/\\\n\s*/g, " ")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => ({ name: line.split(" ", 1)[0] ?? "", rest: line.slice(line.indexOf(" ") + 1) }));

verifies(
  "person.service",
  "the image is pinned to a version, runs as nobody special and tells whether it is well",
  () => {
    const all = (name: string): string[] =>
      instructions.filter((one) => one.name === name).map(({ rest }) => rest);
    for (const image of all("FROM")) expect(image).toMatch(/^node:\d+-alpine(?: AS \w+)?$/);
    expect(all("USER")).toEqual(["node"]);
    // After what needs rights, before what runs.
    const names = instructions.map(({ name }) => name);
    expect(names.indexOf("USER")).toBeGreaterThan(names.lastIndexOf("RUN"));
    expect(names.indexOf("ENTRYPOINT")).toBeGreaterThan(names.indexOf("USER"));
    for (const name of ["ENTRYPOINT", "CMD"])
      for (const rest of all(name)) expect(() => JSON.parse(rest) as unknown).not.toThrow();
    expect(all("HEALTHCHECK")).toHaveLength(1);
    expect(names).not.toContain("ADD");
    expect(read("Dockerfile")).not.toMatch(/sudo|:latest|API_KEY=|HOST_KEY=/);
  },
);

test("what the image copies is there, and not kept out of its build", () => {
  const ignored = read("Dockerfile.dockerignore");
  const copied = instructions
    .filter(({ name }) => name === "COPY")
    .flatMap(({ rest }) => [...rest.matchAll(/\/src\/([\w.-]+)/g)].map(([, file = ""]) => file))
    .filter((file) => file !== "dist");
  expect(copied.length).toBeGreaterThan(2);
  for (const file of [...copied, "scripts", "src", "package-lock.json"]) {
    expect(existsSync(path.join(ROOT, file))).toBe(true);
    expect(ignored).toContain(`!${file}`);
  }
});

verifies("person.service", "its check of health says what the program says", async () => {
  const [, options = ""] = /CMD (\[.*\])$/m.exec(read("Dockerfile").replaceAll(/\\\n\s*/g, " ")) ?? [];
  const [command = "", ...args] = JSON.parse(options) as string[];
  expect(command).toBe("node");
  const { bridge, url } = await startBridge();
  const script = args.map((arg) => arg.replace("http://127.0.0.1:8000", url));
  const check = () =>
    promisify(execFile)(process.execPath, script).then(
      () => 0,
      ({ code }: { code: number }) => code,
    );
  expect(await check()).toBe(0);
  await bridge.stop();
  expect(await check()).toBe(1);
});

verifies(
  "person.service",
  "the settings of the image and of compose are such, and enough to start",
  async () => {
    const compose = parse(read("compose.yaml")) as {
      services: {
        bridge: { environment: Record<string, string>; ports: string[]; build: { dockerfile: string } };
      };
    };
    const { environment, ports, build } = compose.services.bridge;
    expect(existsSync(path.join(ROOT, build.dockerfile))).toBe(true);
    // Nothing but this machine reaches it before somebody decides so.
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    const image = Object.fromEntries(
      [...read("Dockerfile").matchAll(/(MCPTB_\w+)=(\S+)/g)].map(([, name = "", value = ""]) => [
        name,
        value,
      ]),
    );
    const known = new Set<string>(Object.values(OPTIONS).map(({ env }) => env));
    for (const name of [...Object.keys(image), ...Object.keys(environment)]) expect(known).toContain(name);
    const env = { ...image, ...environment, MCPTB_API_KEY: "k1", MCPTB_HOST_KEY: "k2" };
    const { config } = explainConfig({ flags: {}, env });
    expect(config).toMatchObject({ host: "0.0.0.0", apiKey: ["k1"], allowedHosts: ["bridge"] });

    const command = instructions.find(({ name }) => name === "CMD")?.rest ?? "[]";
    const run = startCli([...(JSON.parse(command) as string[])], {
      env: { ...env, MCPTB_PORT: "0", MCPTB_HOST: "127.0.0.1", MCPTB_STATE_DIR: tmpdir() },
    });
    await run.line(/"msg":"listening"/);
    run.child.kill("SIGTERM");
    await run.exited;
  },
);

test.skipIf(!canRun("systemd-analyze"))("systemd takes the unit as it is", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "mcptb-unit-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const unit = path.join(folder, "mcptb.service");
  // It wants programs and files that are there.
  const text = read("mcptb.service").replace("/usr/local/bin/mcptb", process.execPath);
  writeFileSync(unit, text);
  expect(text).toContain(process.execPath);
  expect(
    execFileSync("systemd-analyze", ["verify", "--man=no", unit], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }),
  ).toBe("");
});

verifies("person.service", "every metric of the dashboard is one that the bridge has", async () => {
  const dashboard = JSON.parse(read("grafana.json")) as {
    panels: { title: string; targets: { expr: string; legendFormat: string }[] }[];
  };
  const directory = await stateDir();
  const headers = await giveKey(directory, "anna", { limits: { tokensPerDay: 1000, requestsPerMinute: 10 } });
  const { bridge, url } = await startBridge({ stateDir: directory });
  const { host } = await attachHost(bridge);
  const body = { max_tokens: 100 };
  await (await ask(url, "openai-chat", { stream: true, headers, body })).text();
  host.script = fail(-32_000, "It broke.");
  await (await ask(url, "openai-chat", { headers, body })).text();
  const metrics = await (await fetch(`${url}/metrics`, { headers })).text();
  await bridge.stop();
  expect(metrics).toMatch(/^mcptb_key_limit\{key="anna",of="tokens a day"\} 1000$/m);
  expect(metrics).toMatch(/^mcptb_key_left\{key="anna",of="requests a minute"\} 9$/m);
  const targets = dashboard.panels.flatMap((panel) => panel.targets);
  expect(targets.length).toBeGreaterThan(8);
  for (const { expr, legendFormat } of targets) {
    const names = expr.match(/\b(?:mcptb|process)_\w+/g) ?? [];
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      const base = name.replace(/_bucket$/, "");
      expect(metrics).toMatch(
        new RegExp(`^# TYPE ${base} ${name === base ? "(?:counter|gauge)" : "histogram"}$`, "m"),
      );
      const [line = ""] = new RegExp(`^${name}\\{.*$`, "m").exec(metrics) ?? [];
      const labels = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
      // Counters without a value yet have no line to read labels from.
      if (line !== "") for (const label of labels) expect(line).toContain(`${label}="`);
    }
  }
});

function canRun(command: string): boolean {
  try {
    execFileSync(command, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
