import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { recipeFor } from "../../../src/cli/connect/clients.ts";
import { codexConfig, opencodeConfig } from "../../../src/recipes/agents.ts";
import { CLIENTS, curl, targetOf } from "../../../src/recipes/recipes.ts";
import { SHELLS, usualShell, withEnv } from "../../../src/recipes/shell.ts";
import { verifies } from "../../support/verifies.ts";

const OPEN = targetOf("http://127.0.0.1:8000", []);
const LOCKED = targetOf("http://127.0.0.1:8000", ["s3cret"]);

verifies("person.connect-clients", "every client's text names the bridge's address, in every shell", () => {
  for (const client of CLIENTS) {
    for (const shell of SHELLS) expect(recipeFor(client, OPEN, shell)).toContain("http://127.0.0.1:8000");
  }
  expect(recipeFor("claude-code", OPEN, "posix")).toContain(
    "ANTHROPIC_BASE_URL=http://127.0.0.1:8000 ANTHROPIC_AUTH_TOKEN=none claude\n",
  );
  expect(recipeFor("claude-code", OPEN, "powershell")).toContain(
    "$env:ANTHROPIC_BASE_URL='http://127.0.0.1:8000'; $env:ANTHROPIC_AUTH_TOKEN='none'; claude\n",
  );
  expect(recipeFor("claude-code", OPEN, "cmd")).toContain(
    "set ANTHROPIC_BASE_URL=http://127.0.0.1:8000&& set ANTHROPIC_AUTH_TOKEN=none&& claude\n",
  );
  expect(recipeFor("litellm", OPEN, "posix")).toContain(
    "model: anthropic/auto\n      api_base: http://127.0.0.1:8000\n",
  );
  const codex = readFileSync("docs/clients/codex.md", "utf8");
  expect(codex).toContain(`\`\`\`toml\n${codexConfig(OPEN)}\n\`\`\``);
  const opencode = readFileSync("docs/clients/opencode.md", "utf8");
  expect(JSON.parse(/```json\n(.*?)```/s.exec(opencode)?.[1] ?? "")).toEqual(opencodeConfig(OPEN));
});

verifies("person.connect-clients", "a configured key is asked for and never printed", () => {
  for (const client of CLIENTS) {
    const text = recipeFor(client, LOCKED, "posix");
    expect(text).toMatch(/^Replace YOUR_KEY with one of the bridge's keys\./);
    expect(text.split("\n").slice(1).join("\n")).toContain("YOUR_KEY");
    expect(text).not.toContain("s3cret");
  }
  expect(curl(LOCKED, "posix")).toContain("-H 'authorization: Bearer YOUR_KEY'");
  expect(curl(OPEN, "posix")).not.toContain("authorization");
});

describe("curl", () => {
  const body = `{"model":"auto","stream":true,"messages":[{"role":"user","content":"Hello!"}]}`;

  test.runIf(process.platform !== "win32")("for a POSIX shell hands over the very body", () => {
    const echo = curl(OPEN, "posix").replace(/^curl/, `printf '%s\\n'`);
    expect(execFileSync("sh", ["-c", echo], { encoding: "utf8" }).trimEnd().split("\n").at(-1)).toBe(body);
  });

  test.runIf(process.platform === "win32")("for cmd hands over the very body", () => {
    const script = "console.log(process.argv.at(-1))";
    const echo = curl(OPEN, "cmd").replace(/^curl/, `"${process.execPath}" -e "${script}" --`);
    expect(
      execFileSync("cmd", ["/d", "/s", "/c", `"${echo}"`], {
        windowsVerbatimArguments: true,
        encoding: "utf8",
      } as never).trim(),
    ).toBe(body);
  });

  test("for PowerShell goes through a pipe, which keeps the quotes", () => {
    expect(curl(OPEN, "powershell")).toBe(
      `'${body}' | curl.exe -N http://127.0.0.1:8000/v1/chat/completions -H 'content-type: application/json' -d '@-'`,
    );
  });

  test("for cmd escapes the quotes", () => {
    expect(curl(OPEN, "cmd")).toContain(`-d "${body.replaceAll('"', '\\"')}"`);
  });
});

test("the usual shell is the system's", () => {
  expect(usualShell("win32")).toBe("powershell");
  expect(usualShell("linux")).toBe("posix");
  expect(withEnv("posix", { A: "1", B: "2" }, "run")).toBe("A=1 B=2 run");
});
