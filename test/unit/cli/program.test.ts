import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { main } from "../../../src/cli/program.ts";
import { outcomeOf } from "../../../src/cli/failure.ts";
import { OPTIONS } from "../../../src/config/settings.ts";
import { verifies } from "../../support/verifies.ts";

const folder = mkdtempSync(path.join(tmpdir(), "mcptb-program-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(() => {
  for (const { env } of Object.values(OPTIONS)) vi.stubEnv(env, undefined);
  vi.stubEnv("MCPTB_CONFIG", undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    vi.spyOn(process[name], "write").mockImplementation((chunk) => {
      printed[name] += String(chunk);
      return true;
    });
  }
  const code = await main(["node", "mcptb", ...args]);
  vi.restoreAllMocks();
  return { code, ...printed };
}

verifies(
  ["person.flags-anywhere", "person.precedence"],
  "settings stand before or after the command, in variables or in a file, and rank in that order",
  async () => {
    const file = path.join(folder, "mcptb.jsonc");
    writeFileSync(file, `{ "port": 9004 } // mine`);
    const port = async (...args: string[]): Promise<string | undefined> =>
      /127\.0\.0\.1:(\d+)/.exec((await run(...args)).stdout)?.[1];

    expect(await port("connect", "openai")).toBe("8000");
    expect(await port("connect", "openai", "--config", file)).toBe("9004");
    vi.stubEnv("MCPTB_CONFIG", file);
    expect(await port("connect", "openai")).toBe("9004");
    vi.stubEnv("MCPTB_PORT", "");
    expect(await port("connect", "openai")).toBe("9004");
    vi.stubEnv("MCPTB_PORT", "9003");
    expect(await port("connect", "openai")).toBe("9003");
    expect(await port("--port", "9001", "connect", "openai")).toBe("9001");
    expect(await port("connect", "openai", "--port", "9002")).toBe("9002");
    expect(await port("connect", "--port=9002", "openai")).toBe("9002");
  },
);

verifies(
  "person.no-stack",
  "what the person has mistyped is a clear line and exit code 2, never a stack",
  async () => {
    const cases: [string[], RegExp][] = [
      [["--port", "abc"], /^mcptb: --port: "abc" is not accepted; give a whole number from 0 to 65535\n$/],
      [["--prot", "1"], /^error: unknown option '--prot'\n\(Did you mean --port\?\)\n$/],
      [["sevre"], /^mcptb: unknown command "sevre"; see mcptb --help\n$/],
      [
        ["--host", "0.0.0.0"],
        /^mcptb: --host: 0\.0\.0\.0 can be reached from other machines, so a key is needed;/,
      ],
      [["--config", path.join(folder, "none")], /^mcptb: --config: cannot read .*none \(ENOENT\)\n$/],
      [["demo", "--port", "70000"], /^mcptb: --port: "70000" is not accepted/],
      [["demo", "--think-ms", "soon"], /^error: .*Give a whole number of milliseconds\.\n$/],
      [["connect", "openai", "--shell", "fish"], /^error: .*Allowed choices are posix, powershell, cmd\.\n$/],
    ];
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await run(...args);
      expect(stderr).toMatch(message);
      expect(code).toBe(2);
      expect(stdout).toBe("");
    }
  },
);

test("a key list may be given in several flags", async () => {
  const { stdout } = await run("connect", "openai", "--api-key", "a", "--api-key", "b,c");
  expect(stdout).toContain("YOUR_KEY");
  const { stderr } = await run("connect", "openai", "--api-key", "a", "--host", "0.0.0.0", "--api-key", ",");
  expect(stderr).toBe("");
});

test("a switch of the environment can be switched off", async () => {
  vi.stubEnv("MCPTB_LOG_CONTENT", "perhaps");
  expect((await run("connect", "openai")).stderr).toContain('MCPTB_LOG_CONTENT: "perhaps" is not accepted');
  expect((await run("connect", "openai", "--no-log-content")).code).toBe(0);
});

test("an unexpected error is one line, or a stack when debugging", () => {
  const error = new Error("broken\nin two lines");
  expect(outcomeOf(error, false)).toEqual({
    exitCode: 1,
    message: "unexpected error: broken (set MCPTB_LOG_LEVEL=debug to see where)",
  });
  expect(outcomeOf(error, true).message).toMatch(/^Error: broken\nin two lines\n\s+at /);
  expect(outcomeOf("text", true).message).toContain("unexpected error: text");
});
