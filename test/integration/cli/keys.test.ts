import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import { auditFile } from "../../../src/control/audit/audit-file.ts";
import { stateDir } from "../../support/bridge/state-dir.ts";
import { runCli, startCli, type CliResult } from "../../support/processes/run-cli.ts";
import { windows } from "../../support/processes/windows.ts";
import { answer } from "../../support/hosts/scripts.ts";
import { ask } from "../../support/bridge/ask.ts";
import { verifies } from "../../support/verifies.ts";

const keysOf = async (): Promise<(...args: string[]) => Promise<CliResult>> => {
  const directory = await stateDir();
  return (...args) => runCli(["keys", ...args], { env: { MCPTB_STATE_DIR: directory } });
};

verifies("control.once", "the secret is alone on stdout, and is shown by no other command", async () => {
  const directory = await stateDir();
  const keys = (...args: string[]): Promise<CliResult> =>
    runCli(["keys", ...args], { env: { MCPTB_STATE_DIR: directory } });
  const made = await keys(
    "add",
    "anna",
    "--models",
    "gpt-*, claude-*",
    "--hosts",
    "vscode",
    "--expires",
    "30d",
  );
  expect(made).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^mcptb_[0-9a-f]{12}_[\w-]{43}\n$/) as string,
  });
  const secret = made.stdout.trim();
  const file = path.join(directory, "keys.json");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const shown = [
    await keys("list"),
    await keys("list", "--json"),
    await keys("show", "anna"),
    await keys("show", "anna", "--json"),
  ];
  for (const { code, stdout } of shown) {
    expect(code).toBe(0);
    expect(stdout).toContain("anna");
    expect(stdout).toContain("claude-*");
  }
  for (const text of [made.stderr, await readFile(file, "utf8"), ...shown.map(({ stdout }) => stdout)]) {
    expect(text).not.toContain(secret.slice(-43));
  }
  const next = await keys("rotate", "anna", "--grace", "0m");
  expect(next.stdout.trim()).toMatch(/^mcptb_/);
  expect(next.stdout).not.toBe(made.stdout);
  expect(await keys("revoke", "anna")).toMatchObject({ code: 0, stdout: "" });
  expect((await keys("list")).stdout).toBe("There are no keys.\n");
});

verifies("control.once", "what makes no sense is refused with what does", async () => {
  const keys = await keysOf();
  const said = async (...args: string[]): Promise<[number | string, string]> => {
    const { code, stderr } = await keys(...args);
    return [code, stderr];
  };
  const text = (part: string): unknown => expect.stringContaining(part);
  expect(await said("add", "a b")).toEqual([1, text("A key's name begins")]);
  expect(await said("add", "a", "--apis", "soap")).toEqual([1, text("openai-responses")]);
  expect(await said("add", "a", "--expires", "soon")).toEqual([2, text("45m, 12h, 30d")]);
  expect(await said("add", "a", "--models", "x,,y")).toEqual([2, text("separated by commas")]);
  expect(await said("revoke", "a")).toEqual([1, text("There is no key named a.")]);
  expect(await said("show", "a")).toEqual([1, text("There is no key named a.")]);
});

verifies(
  ["control.at-once", "control.required"],
  "a window that takes over when the one that led goes needs the same keys",
  async () => {
    const { open, ready, url, stateDir: directory } = await windows();
    const first = await open({ script: answer("One.") });
    await open({ script: answer("Two.") });
    await ready(2);
    const { stdout } = await runCli(["keys", "add", "anna"], { env: { MCPTB_STATE_DIR: directory } });
    const headers = { authorization: `Bearer ${stdout.trim()}` };
    const status = async (): Promise<[number, number]> => [
      (await ask(url, "openai-chat")).status,
      (await ask(url, "openai-chat", { headers })).status,
    ];
    expect(await status()).toEqual([401, 200]);
    await first.kill();
    await expect.poll(() => status().catch(() => undefined)).toEqual([401, 200]);
    await runCli(["keys", "revoke", "anna"], { env: { MCPTB_STATE_DIR: directory } });
    expect(await status()).toEqual([401, 401]);
  },
);

verifies("control.required", "the demo begins where keys were made, and needs one of them", async () => {
  const directory = await stateDir();
  const env = { MCPTB_STATE_DIR: directory };
  const made = await runCli(["keys", "add", "anna"], { env });
  const demo = startCli(["demo", "--port", "0"], { env });
  const [url = ""] = /http:\/\/127\.0\.0\.1:\d+/.exec(await demo.line(/http:\/\/127\.0\.0\.1:\d+/)) ?? [];
  const headers = { authorization: `Bearer ${made.stdout.trim()}` };
  expect((await ask(url, "openai-chat")).status).toBe(401);
  expect((await ask(url, "openai-chat", { headers })).status).toBe(200);
  demo.child.kill("SIGTERM");
  expect(await demo.exited).toBe(0);
});

verifies(
  ["control.over", "control.operator"],
  "what a key may do is changed, shown and audited",
  async () => {
    const place = await stateDir();
    const mcptb = (...args: string[]) => runCli(["keys", ...args], { env: { MCPTB_STATE_DIR: place } });
    expect(
      await mcptb("add", "anna", "--rpm", "10", "--consent", "minutes:5", "--expires", "30d"),
    ).toMatchObject({ code: 0 });
    const shown = async (): Promise<Record<string, unknown>> =>
      JSON.parse((await mcptb("show", "anna", "--json")).stdout) as Record<string, unknown>;
    expect(await shown()).toMatchObject({ consent: "minutes:5", limits: { requestsPerMinute: 10 } });
    expect((await shown())["expires"]).toBeDefined();
    const changed = await mcptb("change", "anna", "--rpm", "2", "--tpm", "99", "--consent", "deny");
    expect(changed).toMatchObject({ code: 0 });
    expect(changed.stdout).toContain("2 requests/minute, 99 tokens/minute");
    expect(
      await mcptb("change", "anna", "--rpm", "none", "--expires", "never", "--consent", "any"),
    ).toMatchObject({
      code: 0,
    });
    expect(await shown()).toEqual({
      name: "anna",
      created: expect.any(String) as string,
      limits: { tokensPerMinute: 99 },
      secrets: expect.any(Array) as unknown[],
    });
    expect(await mcptb("change", "anna")).toMatchObject({ code: 1 });
    expect(await mcptb("change", "nobody", "--rpm", "1")).toMatchObject({ code: 1 });
    for (const wrong of [
      ["--expires", "0"],
      ["--expires", "0m"],
      ["--rpm", "0"],
      ["--rpm", "-1"],
      ["--rpm", "1.5"],
      ["--models", ""],
      ["--models", ","],
      ["--apis", "openai"],
      ["--consent", "minutes:0"],
      ["--consent", "minutes:1441"],
      ["--consent", "sometimes"],
    ]) {
      const { code, stdout } = await mcptb("add", "ben", ...wrong);
      expect([wrong, code === 0, stdout]).toEqual([wrong, false, ""]);
    }
    for (const name of ["", "-x", "a b", "a/b", "ä", "a".repeat(41), "../x", "__proto__\n"])
      expect([name, (await mcptb("add", "--", name)).code]).toEqual([name, 1]);
    const audit = await readFile(auditFile(place), "utf8");
    expect(audit.match(/"key-changed"/g)).toHaveLength(2);
  },
);
