/** What `mcptb connect CLIENT --write` and `--remove` do with real files, links, owners and permissions. */
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runCli, type CliResult } from "../../support/processes/run-cli.ts";
import { HAS_TERMINAL, openTerminal } from "../../support/processes/terminal.ts";
import { verifies } from "../../support/verifies.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "mcptb-files-"));
});
afterEach(() => {
  chmodSync(home, 0o700);
  rmSync(home, { recursive: true, force: true });
});

const POSIX = process.platform !== "win32";
const ROOT = process.getuid?.() === 0;
const inHome = (...names: string[]): string => path.join(home, ...names);
const read = (name: string): string => readFileSync(inHome(name), "utf8");
const connect = (...flags: string[]): Promise<CliResult> =>
  runCli(["connect", "claude-code", "--file", inHome("settings.json"), ...flags], {
    cwd: home,
    env: { HOME: home },
  });
const BEFORE = `{ "theme": "dark" } // mine\n`;

verifies("person.connect-backup", "the first text is kept once, with its permissions", async () => {
  writeFileSync(inHome("settings.json"), BEFORE, { mode: 0o640 });
  const { stdout } = await connect("--write", "--yes");
  expect(stdout).toContain("settings.json.bak");
  expect(read("settings.json.bak")).toBe(BEFORE);
  if (POSIX) expect(statSync(inHome("settings.json.bak")).mode & 0o777).toBe(0o640);
  await connect("--write", "--yes", "--port", "9000");
  expect(read("settings.json")).toContain("9000");
  expect(read("settings.json.bak")).toBe(BEFORE);
  expect(readdirSync(home).toSorted()).toEqual(["settings.json", "settings.json.bak"]);
});

verifies("person.connect-remove", "asks, shows, and takes back to the last character", async () => {
  writeFileSync(inHome("settings.json"), BEFORE);
  await connect("--write", "--yes");
  const written = read("settings.json");
  const refused = await connect("--remove");
  expect(refused.code).toBe(1);
  expect(refused.stdout).toMatch(/^-.*ANTHROPIC_BASE_URL/m);
  expect(refused.stderr).toContain("--yes");
  expect(read("settings.json")).toBe(written);
  expect((await connect("--remove", "--yes")).code).toBe(0);
  expect(read("settings.json")).toBe(BEFORE);
  const again = await connect("--remove", "--yes");
  expect(again).toMatchObject({ code: 0, stderr: "" });
  expect(again.stdout).toContain("has nothing that mcptb wrote");
});

verifies("person.connect-remove", "a file that was made goes, and only its owner could read it", async () => {
  await connect("--write");
  if (POSIX) expect(statSync(inHome("settings.json")).mode & 0o777).toBe(0o600);
  const { code, stdout } = await connect("--remove", "--yes");
  expect(code).toBe(0);
  expect(stdout).toContain("+++ (no file)");
  expect(readdirSync(home)).toEqual([]);
});

verifies("person.connect-remove", "of VS Code's files, in both of them", async () => {
  const vscode = (...flags: string[]): Promise<CliResult> =>
    runCli(["connect", "vscode", ...flags], { cwd: home });
  mkdirSync(inHome(".vscode"));
  const settings = `{\n  // mine\n  "editor.tabSize": 4,\n}\n`;
  writeFileSync(inHome(".vscode/settings.json"), settings);
  await vscode("--write", "--allow-sampling", "--yes");
  expect(read(".vscode/settings.json")).toContain("serverSampling");
  expect((await vscode("--remove", "--yes")).code).toBe(0);
  expect(read(".vscode/settings.json")).toBe(settings);
  expect(existsSync(inHome(".vscode/mcp.json"))).toBe(false);
});

describe.runIf(POSIX)("links", () => {
  verifies("person.connect-files", "a link leads to the file that is changed, and stays one", async () => {
    mkdirSync(inHome("dotfiles"));
    writeFileSync(inHome("dotfiles/real"), BEFORE);
    symlinkSync("dotfiles/real", inHome("between"));
    symlinkSync(inHome("between"), inHome("settings.json"));
    expect((await connect("--write", "--yes")).code).toBe(0);
    expect(lstatSync(inHome("settings.json")).isSymbolicLink()).toBe(true);
    expect(lstatSync(inHome("between")).isSymbolicLink()).toBe(true);
    expect(read("dotfiles/real")).toContain("ANTHROPIC_BASE_URL");
    expect(readdirSync(inHome("dotfiles"))).toEqual(["real", "real.bak"]);
  });

  verifies("person.connect-files", "other names of the file stay names of it", async () => {
    writeFileSync(inHome("settings.json"), BEFORE.repeat(1));
    linkSync(inHome("settings.json"), inHome("other"));
    expect((await connect("--write", "--yes")).code).toBe(0);
    expect(statSync(inHome("other")).ino).toBe(statSync(inHome("settings.json")).ino);
    expect(read("other")).toContain("ANTHROPIC_BASE_URL");
    expect((await connect("--remove", "--yes")).code).toBe(0);
    expect(read("other")).toBe(BEFORE);
    expect(readdirSync(home).toSorted()).toEqual(["other", "settings.json", "settings.json.bak"]);
  });

  verifies("person.connect-files", "links to nothing and in a circle are refused", async () => {
    symlinkSync("nowhere", inHome("settings.json"));
    const dangling = await connect("--write", "--yes");
    expect(dangling.code).toBe(1);
    expect(dangling.stderr).toMatch(/settings\.json is a link to nowhere, where there is nothing/);
    rmSync(inHome("settings.json"));
    symlinkSync("b", inHome("settings.json"));
    symlinkSync("settings.json", inHome("b"));
    const circle = await connect("--write", "--yes");
    expect(circle.code).toBe(1);
    expect(circle.stderr).toMatch(/is a link to b, and these links lead in a circle/);
    symlinkSync("nowhere", inHome("folder"));
    const folder = await connect("--write", "--yes", "--file", inHome("folder/settings.json"));
    expect(folder.stderr).toMatch(/folder is a link to nowhere/);
    expect(existsSync(inHome("nowhere"))).toBe(false);
  });

  test.runIf(ROOT)("the owner stays", async () => {
    writeFileSync(inHome("settings.json"), BEFORE, { mode: 0o604 });
    chownSync(inHome("settings.json"), 65_534, 65_534);
    expect((await connect("--write", "--yes")).code).toBe(0);
    expect(statSync(inHome("settings.json"))).toMatchObject({ uid: 65_534, gid: 65_534 });
    expect(statSync(inHome("settings.json")).mode & 0o777).toBe(0o604);
  });
});

describe("what is no file to write", () => {
  const refused = async (reason: RegExp): Promise<void> => {
    const { code, stderr } = await connect("--write", "--yes");
    expect(code).toBe(1);
    expect(stderr).toMatch(reason);
    expect(stderr).not.toMatch(/unexpected|^\s+at /m);
  };

  verifies("person.connect-files", "a folder, a huge file, a broken one, one nested deeply", async () => {
    mkdirSync(inHome("settings.json"));
    await refused(/settings\.json is a folder/);
    rmSync(inHome("settings.json"), { recursive: true });
    writeFileSync(inHome("settings.json"), "{}");
    truncateSync(inHome("settings.json"), 100_000_000);
    await refused(/larger than 4 MiB/);
    writeFileSync(inHome("settings.json"), `{ "a": ${"[".repeat(500_000)}${"]".repeat(500_000)} }`);
    await refused(/nested too deeply/);
    writeFileSync(inHome("settings.json"), `{\n "env": {},\n "env": {}\n}`);
    await refused(/has "env" twice \(again in line 3\)/);
    expect(readdirSync(home)).toEqual(["settings.json"]);
  });

  test.runIf(process.platform === "linux")("a pipe, which nobody writes", async () => {
    const makePipe = "mkfifo";
    execFileSync(makePipe, [inHome("settings.json")]);
    await refused(/is not a regular file/);
  });

  verifies("person.connect-files", "a read-only file or folder", async () => {
    writeFileSync(inHome("settings.json"), BEFORE);
    chmodSync(inHome("settings.json"), 0o444);
    await refused(/cannot write .*read-only|you may not/);
    expect(read("settings.json")).toBe(BEFORE);
    if (!POSIX) return;
    chmodSync(inHome("settings.json"), 0o644);
    chmodSync(home, 0o555);
    await refused(/cannot write .*read-only|you may not/);
    chmodSync(home, 0o755);
    expect(readdirSync(home)).toEqual(["settings.json"]);
  });
});

test("what a file holds does not steer the terminal that shows the change", async () => {
  writeFileSync(inHome("settings.json"), `{\n  "a": "\u009B2J\u202Ex\u200B",\n  "env": {}\n}\n`);
  const { stdout } = await connect("--write", "--yes");
  expect(stdout).toContain(String.raw`"a": "\u009b2J\u202ex\u200b"`);
  // oxlint-disable-next-line no-control-regex -- exactly these are looked for
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200B\u202E]/);
  expect(read("settings.json")).toContain("\u009B2J\u202Ex\u200B");
});

test("a large file is compared only where it changes", async () => {
  const rest = Array.from({ length: 20_000 }, (_, index) => `  "k${index}": ${index}`).join(",\n");
  writeFileSync(inHome("settings.json"), `{\n${rest}\n}\n`);
  const { code, stdout } = await connect("--write", "--yes");
  expect(code).toBe(0);
  expect(stdout.split("\n").length).toBeLessThan(30);
  expect((await connect("--remove", "--yes")).code).toBe(0);
  expect(read("settings.json")).toBe(`{\n${rest}\n}\n`);
});

describe.runIf(HAS_TERMINAL)("in a terminal", () => {
  verifies("person.connect-asks", "what was typed before the question does not answer it", async () => {
    writeFileSync(inHome("settings.json"), BEFORE);
    const terminal = openTerminal(["connect", "claude-code", "--write", "--file", inHome("settings.json")]);
    terminal.type("y\ny\n");
    await terminal.shows(/\[y\/N\] $/);
    expect(read("settings.json")).toBe(BEFORE);
    terminal.type("n");
    expect(await terminal.exited).toBe(1);
    expect(read("settings.json")).toBe(BEFORE);
  });
});
