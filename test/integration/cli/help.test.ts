import { expect, test } from "vitest";
import { GROUPS, OPTIONS } from "../../../src/config/settings.ts";
import { VERSION } from "../../../src/util/package.ts";
import { runCli } from "../../support/processes/run-cli.ts";
import { verifies } from "../../support/verifies.ts";

const COMMANDS = [
  "serve",
  "demo",
  "attach",
  "host",
  "ask",
  "chat",
  "connect",
  "claude",
  "codex",
  "doctor",
  "hosts",
  "config",
  "completion",
  "help",
];

verifies(
  "person.help",
  "the long help shows every setting with its variable, and every command",
  async () => {
    const [long, options] = await Promise.all([
      runCli(["--help", "--all"], { env: { COLUMNS: "200" } }),
      runCli(["help", "options"], { env: { COLUMNS: "200" } }),
    ]);
    for (const { code, stdout } of [long, options]) {
      expect(code).toBe(0);
      for (const { flag, env } of Object.values(OPTIONS)) {
        expect(stdout).toMatch(new RegExp(`^  (?:${flag}|${flag.replace("--", "--no-")})(?![-\\w]).*`, "m"));
        expect(stdout).toContain(`[${env}`);
      }
      expect(stdout).toContain("[MCPTB_PORT, default 8000]");
      for (const title of Object.values(GROUPS)) expect(stdout).toContain(`\n${title}:\n`);
      for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, "m"));
    }
  },
);

verifies("person.help-fits", "the short help shows every command and about ten settings", async () => {
  const { stdout } = await runCli(["--help"]);
  for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, "m"));
  const settings = Object.values(OPTIONS).filter(({ env }) => stdout.includes(`[${env}`));
  expect(settings.length).toBeGreaterThan(5);
  expect(settings.length).toBeLessThan(12);
  expect(stdout).toContain(
    `${Object.keys(OPTIONS).length - settings.length} more settings: mcptb help options`,
  );
});

verifies("person.help-fits", "no line is wider than the terminal", async () => {
  const topics = [
    ["--help"],
    ["help", "options"],
    ["help", "host"],
    ["connect", "vscode", "--help"],
    ["config", "-h"],
  ];
  for (const columns of [40, 60, 80, 132]) {
    const shown = await Promise.all(
      topics.map((topic) => runCli(topic, { env: { COLUMNS: String(columns) } })),
    );
    for (const { code, stdout } of shown) {
      expect(code).toBe(0);
      expect(stdout.split("\n").filter((line) => line.length > columns)).toEqual([]);
    }
  }
  // Without a terminal or a word about it, eighty columns.
  const { stdout } = await runCli(["help", "options"]);
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
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
