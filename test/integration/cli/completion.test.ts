import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, test } from "vitest";
import { COMPLETED_SHELLS } from "../../../src/cli/completion/scripts.ts";
import { OPTIONS } from "../../../src/config/settings.ts";
import { runCli } from "../../support/processes/run-cli.ts";
import { verifies } from "../../support/verifies.ts";

const scripts: Record<string, string> = {};

beforeAll(async () => {
  for (const shell of COMPLETED_SHELLS) scripts[shell] = (await runCli(["completion", shell])).stdout;
});

verifies("person.completion", "each script knows every command and every setting", () => {
  for (const shell of COMPLETED_SHELLS) {
    for (const word of ["serve", "ask", "connect", "vscode", "litellm", "completion", "powershell"])
      expect(scripts[shell]).toContain(word);
    for (const { flag } of Object.values(OPTIONS)) {
      const name = shell === "fish" ? flag.slice(2) : flag;
      const negative = shell === "fish" ? `no-${name}` : flag.replace("--", "--no-");
      expect([name, negative].some((one) => scripts[shell]?.includes(one))).toBe(true);
    }
  }
});

describe.skipIf(!canRun("bash"))("bash", () => {
  /** What bash offers when the last of these words is being typed. */
  function offered(...words: string[]): string[] {
    const line = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}`;
    const asked = `${scripts["bash"]}\n${line}; _mcptb; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const out = execFileSync("bash", ["--norc", "-euc", asked], { encoding: "utf8" });
    return out.split("\n").filter((word) => word !== "");
  }

  verifies("person.completion", "bash completes commands, what is below them, options and choices", () => {
    expect(offered("mcptb", "ho")).toEqual(["host", "hosts"]);
    expect(offered("mcptb", "connect", "c")).toEqual(["claude-code", "codex"]);
    expect(offered("mcptb", "--port", "80", "connect", "vs")).toEqual(["vscode"]);
    expect(offered("mcptb", "hosts", "--w")).toEqual(["--watch"]);
    expect(offered("mcptb", "hosts", "--stream-u")).toEqual(["--stream-unit"]);
    expect(offered("mcptb", "--stream-unit", "w")).toEqual(["word", "whole"]);
    expect(offered("mcptb", "--stream-unit", "=", "s")).toEqual(["sentence"]);
    expect(offered("mcptb", "--stream-unit", "=")).toContain("token");
    expect(offered("mcptb", "completion", "f")).toEqual(["fish"]);
    expect(offered("mcptb", "host", "--api", "")).toEqual(["openai", "anthropic"]);
    expect(offered("mcptb", "")).toContain("serve");
    // Files are the shell's own matter.
    expect(offered("mcptb", "--config", "")).toEqual([]);
    expect(offered("mcptb", "ask", "--file", "x")).toEqual([]);
  });

  test("a word of the person's that looks like code is only a word", () => {
    expect(offered("mcptb", "$(exit 3)", "")).toContain("serve");
  });
});

describe.skipIf(!canRun("fish"))("fish", () => {
  const offered = (line: string): string[] =>
    execFileSync("fish", ["--no-config", "-c", `${scripts["fish"]}\ncomplete -C '${line}'`], {
      encoding: "utf8",
    })
      .split("\n")
      .map((word) => word.split("\t")[0] ?? "")
      .filter((word) => word !== "");

  verifies("person.completion", "fish completes commands, what is below them, options and choices", () => {
    expect(offered("mcptb ho").toSorted()).toEqual(["host", "hosts"]);
    expect(offered("mcptb connect vs")).toEqual(["vscode"]);
    expect(offered("mcptb hosts --wat")).toEqual(["--watch"]);
    expect(offered("mcptb hosts --stream-u")).toEqual(["--stream-unit"]);
    expect(offered("mcptb --stream-unit wo")).toEqual(["word"]);
  });
});

describe.skipIf(!canRun("zsh"))("zsh", () => {
  /** The functions of its completion in our place: what would be offered is printed. */
  function offered(...words: string[]): string {
    const stand = `compdef() { :; }
_describe() { local name; for name in "$@"; do [[ $name == -* || $name == option || $name == command ]] || print -l -- "\${(@P)name}"; done }
_files() { print -- FILES; }
_message() { :; }
compadd() { shift; print -l -- "$@"; }`;
    const list = words.map((word) => `'${word}'`).join(" ");
    const asked = `${stand}\n${scripts["zsh"]}\nwords=(${list}); CURRENT=${words.length}; _mcptb`;
    return execFileSync("zsh", ["-f", "-c", asked], { encoding: "utf8" });
  }

  verifies("person.completion", "zsh is given commands, what is below them, options and choices", () => {
    expect(offered("mcptb", "")).toMatch(/^serve:run as MCP server/m);
    expect(offered("mcptb", "connect", "")).toMatch(/^vscode:/m);
    expect(offered("mcptb", "hosts", "--")).toMatch(/^--watch:/m);
    expect(offered("mcptb", "hosts", "--")).toMatch(/^--stream-unit:/m);
    expect(offered("mcptb", "--stream-unit", "")).toBe("char\ntoken\nword\nsentence\nwhole\n");
    expect(offered("mcptb", "--config", "")).toBe("FILES\n");
  });
});

describe.skipIf(!canRun("pwsh"))("PowerShell", () => {
  verifies("person.completion", "PowerShell completes commands and options", () => {
    const asked = `${scripts["powershell"]}\n(TabExpansion2 'mcptb ho' 8).CompletionMatches.CompletionText`;
    const out = execFileSync("pwsh", ["-NoProfile", "-Command", asked], { encoding: "utf8" });
    expect(out.split(/\r?\n/).filter((word) => word !== "")).toEqual(["host", "hosts"]);
  });
});

function canRun(shell: string): boolean {
  try {
    execFileSync(shell, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
