import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { splitArguments } from "../../../src/cli/agents/command.ts";
import { batchArgument, commandLine } from "../../../src/cli/agents/command-line.ts";

test("only an agent's name as the command cuts the arguments", () => {
  expect(splitArguments(["--log-content", "--port", "9", "claude", "--port", "1", "--"])).toEqual({
    own: ["--log-content", "--port", "9", "claude"],
    agents: ["--port", "1", "--"],
    isCommandNamed: true,
  });
  expect(splitArguments(["connect", "codex", "--port", "9"])).toEqual({
    own: ["connect", "codex", "--port", "9"],
    agents: [],
    isCommandNamed: true,
  });
  for (const args of [["--port"], ["--prot", "claude"], ["--port", "9"], []]) {
    expect(splitArguments(args)).toEqual({ own: args, agents: [], isCommandNamed: false });
  }
});

test("on Windows a program of npm's is run by cmd, escaped for both of its readings", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "mcptb-windows-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const where = { platform: "win32", env: { Path: folder, ComSpec: "cmd" } } as const;
  expect(commandLine("codex", [], where)).toBeUndefined();
  writeFileSync(path.join(folder, "codex.cmd"), "");
  const line = commandLine("codex", ["a&b"], where);
  expect(line).toMatchObject({ file: "cmd", args: ["/d", "/s", "/c", expect.any(String)], verbatim: true });
  expect(line?.args[3]).toMatch(/codex\.cmd \^\^\^"a\^\^\^&b\^\^\^""$/);
  writeFileSync(path.join(folder, "codex.exe"), "");
  expect(commandLine("codex", ["a&b"], where)).toEqual({
    file: path.join(folder, "codex.exe"),
    args: ["a&b"],
    verbatim: false,
  });
});

test("quotes and the backslashes before them survive a batch file", () => {
  const unescaped = (text: string): string => text.replaceAll(/\^(.)/g, "$1");
  const quoted = unescaped(unescaped(batchArgument(String.raw`say \"hi" C:\dir` + "\\")));
  expect(quoted).toBe(String.raw`"say \\\"hi\" C:\dir\\"`);
});
