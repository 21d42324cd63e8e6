import { expect, test } from "vitest";
import { OPTIONS } from "../../../src/config/settings.ts";
import { VERSION } from "../../../src/util/package.ts";
import { runCli } from "../../support/processes/run-cli.ts";
import { verifies } from "../../support/verifies.ts";

verifies("person.help", "--help shows every setting with its variable, and every command", async () => {
  const { code, stdout } = await runCli(["--help"], { env: { COLUMNS: "200" } });
  expect(code).toBe(0);
  for (const { flag, env } of Object.values(OPTIONS)) {
    expect(stdout).toMatch(new RegExp(`^  ${flag}[ ,].*`, "m"));
    expect(stdout).toContain(`[${env}`);
  }
  expect(stdout).toContain("[MCPTB_PORT, default 8000]");
  for (const command of [
    "serve",
    "demo",
    "host",
    "connect",
    "attach",
    "doctor",
    "hosts",
    "claude",
    "codex",
  ]) {
    expect(stdout).toMatch(new RegExp(`^  ${command} `, "m"));
  }
});

test("--version prints the version of the package", async () => {
  expect(await runCli(["--version"])).toMatchObject({ code: 0, stdout: `${VERSION}\n` });
});

test("a mistake is one line on stderr and nothing on stdout", async () => {
  expect(await runCli(["--port", "abc"])).toEqual({
    code: 2,
    stdout: "",
    stderr: 'mcptb: --port: "abc" is not accepted; give a whole number from 0 to 65535\n',
  });
});
