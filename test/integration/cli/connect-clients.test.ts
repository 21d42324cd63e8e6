/** `mcptb connect CLIENT --write`, with real files in a home of its own. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse as parseJson } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { codexConfig, opencodeConfig } from "../../../src/recipes/agents.ts";
import { claudeCodeEnv, liteLlmConfig, targetOf } from "../../../src/recipes/recipes.ts";
import { runCli, type CliResult } from "../../support/processes/run-cli.ts";
import { HAS_TERMINAL, openTerminal, type Terminal } from "../../support/processes/terminal.ts";
import { verifies } from "../../support/verifies.ts";

const TARGET = targetOf("http://127.0.0.1:9000", []);
const KEY = "s3cret-key";

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "mcptb-home-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const env = (): Record<string, string> => ({
  HOME: home,
  USERPROFILE: home,
  XDG_CONFIG_HOME: "",
  CODEX_HOME: "",
  CLAUDE_CONFIG_DIR: "",
});
const connect = (client: string, ...flags: string[]): Promise<CliResult> =>
  runCli(["connect", client, "--port", "9000", ...flags], { cwd: home, env: env() });
const inHome = (...names: string[]): string => path.join(home, ...names);
const read = (file: string): string => readFileSync(inHome(file), "utf8");

function write(file: string, text: string): void {
  mkdirSync(path.dirname(inHome(file)), { recursive: true });
  writeFileSync(inHome(file), text);
}

const CLIENTS = [
  {
    client: "claude-code",
    file: ".claude/settings.json",
    parse: (text: string): unknown => parseJson(text),
    wanted: { env: claudeCodeEnv(TARGET) },
    other: `{\n  // mine\n  "theme": "dark",\n}\n`,
    rest: { theme: "dark" },
  },
  {
    client: "codex",
    file: ".codex/config.toml",
    parse: (text: string): unknown => parseToml(text),
    wanted: parseToml(codexConfig(TARGET)),
    other: `# mine\nsandbox_mode = "read-only"\n\n[mcp_servers.x]\ncommand = "x" # why\n`,
    rest: { sandbox_mode: "read-only", mcp_servers: { x: { command: "x" } } },
  },
  {
    client: "opencode",
    file: ".config/opencode/opencode.json",
    parse: (text: string): unknown => parseJson(text),
    wanted: opencodeConfig(TARGET),
    other: `{\n\t// mine\n\t"share": "disabled"\n}\n`,
    rest: { share: "disabled" },
  },
  {
    client: "litellm",
    file: "litellm.yaml",
    parse: (text: string): unknown => parseYaml(text),
    wanted: parseYaml(liteLlmConfig(TARGET)) as object,
    other: `# mine\ngeneral_settings:\n  note: "x" # why\n`,
    rest: { general_settings: { note: "x" } },
  },
];

describe.each(CLIENTS)("$client", ({ client, file, parse, wanted, other, rest }) => {
  verifies("person.connect-write", "makes the file that it prints, and says how to go on", async () => {
    const { code, stdout, stderr } = await connect(client, "--write");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(parse(read(file))).toEqual(wanted);
    expect(stdout).toContain("--- (no file)\n");
    expect(stdout).toMatch(/Wrote .*\n\nStart it/);

    const before = statSync(inHome(file)).mtimeMs;
    const again = await connect(client, "--write");
    expect(again.code).toBe(0);
    expect(again.stdout).toContain("is already up to date.");
    expect(again.stdout).not.toContain("Wrote");
    expect(statSync(inHome(file)).mtimeMs).toBe(before);
  });

  verifies("person.connect-write", "keeps all the rest, line ends and permissions", async () => {
    write(file, other.replaceAll("\n", "\r\n"));
    if (process.platform !== "win32") chmodSync(inHome(file), 0o640);
    expect((await connect(client, "--write", "--yes")).code).toBe(0);
    const after = read(file);
    expect(parse(after)).toEqual({ ...rest, ...wanted });
    for (const line of other.split("\n").filter((each) => each.length > 2)) {
      expect(after).toContain(line.replace(/,$/, ""));
    }
    expect(after.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    if (process.platform !== "win32") expect(statSync(inHome(file)).mode & 0o777).toBe(0o640);
    const name = path.basename(file);
    expect(readdirSync(path.dirname(inHome(file))).toSorted()).toEqual([name, `${name}.bak`]);
  });

  verifies(
    "person.connect-asks",
    "without a terminal and --yes shows the change and makes none",
    async () => {
      write(file, other);
      const { code, stdout, stderr } = await connect(client, "--write");
      expect(code).toBe(1);
      expect(stdout).toMatch(/^\+.*127\.0\.0\.1:9000/m);
      expect(stderr).toMatch(/nothing was written: .* exists, and there is no terminal to ask on\n.*--yes/);
      expect(read(file)).toBe(other);
    },
  );

  verifies("person.connect-no-key", "a configured key goes into no file and no text", async () => {
    const { code, stdout } = await connect(client, "--write", "--api-key", KEY);
    expect(code).toBe(0);
    expect(stdout).not.toContain(KEY);
    expect(stdout).toMatch(/(ANTHROPIC_AUTH_TOKEN|MCPTB_KEY)='?YOUR_KEY/);
    expect(read(file)).not.toContain(KEY);
    expect(read(file)).not.toContain("YOUR_KEY");
    expect((await connect(client, "--api-key", KEY)).stdout).not.toContain(KEY);
  });

  verifies("person.connect-unsafe", "a broken file is named and left alone", async () => {
    const broken = `{ "a": [\n`;
    write(file, broken);
    const { code, stderr } = await connect(client, "--write", "--yes");
    expect(code).toBe(1);
    expect(stderr).toContain(path.basename(file));
    expect(stderr).toContain("correct it first");
    expect(read(file)).toBe(broken);
  });

  verifies("person.connect-write", "--file names another", async () => {
    expect((await connect(client, "--write", "--file", "sub/other")).code).toBe(0);
    expect(parse(read("sub/other"))).toEqual(wanted);
    expect(readdirSync(home)).toEqual(["sub"]);
  });
});

test("variables of the clients move the files", async () => {
  const moved = {
    ...env(),
    CODEX_HOME: inHome("c"),
    XDG_CONFIG_HOME: inHome("x"),
    CLAUDE_CONFIG_DIR: inHome("l"),
  };
  for (const client of ["codex", "opencode", "claude-code"]) {
    expect((await runCli(["connect", client, "--write"], { cwd: home, env: moved })).code).toBe(0);
  }
  for (const file of ["c/config.toml", "x/opencode/opencode.json", "l/settings.json"]) {
    expect(read(file)).toContain("127.0.0.1:8000");
  }
  expect(readdirSync(home)).toHaveLength(3);
});

test("a token that stood for no key goes when the bridge gets keys, a person's own stays", async () => {
  for (const [token, left] of [
    ["none", undefined],
    ["my-own", "my-own"],
  ]) {
    const settings = { env: { ANTHROPIC_BASE_URL: "http://127.0.0.1:8000", ANTHROPIC_AUTH_TOKEN: token } };
    write(".claude/settings.json", JSON.stringify(settings, undefined, 2));
    const keyed = { ...env(), MCPTB_API_KEY: "secret-key" };
    const args = ["connect", "claude-code", "--write", "--yes"];
    expect((await runCli(args, { cwd: home, env: keyed })).code).toBe(0);
    const written = parseJson(read(".claude/settings.json")) as { env: Record<string, string> };
    expect(written.env["ANTHROPIC_AUTH_TOKEN"]).toBe(left);
    expect(written.env["ANTHROPIC_BASE_URL"]).toBe("http://127.0.0.1:8000");
  }
});

test("a model that the person chose from the bridge stays", async () => {
  write(".codex/config.toml", codexConfig(TARGET).replace('"auto"', '"gpt-5.5"'));
  expect((await connect("codex", "--write")).stdout).toContain("is already up to date.");
  const config = JSON.stringify(opencodeConfig(TARGET, "@ai-sdk/openai")).replace(
    "bridge/auto",
    "bridge/mine",
  );
  write(".config/opencode/opencode.json", config);
  expect((await connect("opencode", "--write")).stdout).toContain("is already up to date.");
});

test.skipIf(process.platform === "win32")("a link to a file stays one", async () => {
  write("dotfiles/settings.json", `{ "a": 1 }\n`);
  mkdirSync(inHome(".claude"));
  symlinkSync("../dotfiles/settings.json", inHome(".claude/settings.json"));
  expect((await connect("claude-code", "--write", "--yes")).code).toBe(0);
  expect(lstatSync(inHome(".claude/settings.json")).isSymbolicLink()).toBe(true);
  expect(parseJson(read("dotfiles/settings.json"))).toEqual({ a: 1, env: claudeCodeEnv(TARGET) });
});

test("bytes that are no UTF-8 are left alone", async () => {
  mkdirSync(inHome(".codex"));
  const bytes = Buffer.from([0x23, 0xff, 0xfe, 0x0a]);
  writeFileSync(inHome(".codex/config.toml"), bytes);
  const { code, stderr } = await connect("codex", "--write", "--yes");
  expect(code).toBe(1);
  expect(stderr).toContain("is not UTF-8 text");
  expect(readFileSync(inHome(".codex/config.toml"))).toEqual(bytes);
});

describe.runIf(HAS_TERMINAL)("in a terminal", () => {
  const before = `{ "a": 1 }\n`;
  const start = async (): Promise<Terminal> => {
    writeFileSync(inHome("settings.json"), before);
    const flags = ["--write", "--port", "9000", "--file", inHome("settings.json")];
    const terminal = openTerminal(["connect", "claude-code", ...flags]);
    await terminal.shows(/\+.*127\.0\.0\.1:9000.*Change .*settings\.json as shown\? \[y\/N\] /s);
    return terminal;
  };

  verifies("person.connect-asks", "y writes", async () => {
    const terminal = await start();
    terminal.type("y\r");
    expect(await terminal.exited).toBe(0);
    expect(parseJson(read("settings.json"))).toEqual({ a: 1, env: claudeCodeEnv(TARGET) });
  });

  verifies("person.connect-asks", "Enter, n, Ctrl-C and Ctrl-D write nothing", async () => {
    for (const keys of ["\r", "n\r", "\u0003", "\u0004"]) {
      const terminal = await start();
      terminal.type(keys);
      expect(await terminal.exited).toBe(1);
      expect(terminal.screen()).toContain("nothing was written");
      expect(read("settings.json")).toBe(before);
    }
  });

  verifies("person.connect-asks", "what has changed while it asked is not overwritten", async () => {
    const terminal = await start();
    writeFileSync(inHome("settings.json"), `{ "a": 2 }\n`);
    terminal.type("y\r");
    expect(await terminal.exited).toBe(1);
    expect(terminal.screen()).toContain("has changed in the meantime");
    expect(read("settings.json")).toBe(`{ "a": 2 }\n`);
  });
});
