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
    const prot = path.join(folder, "prot.jsonc");
    writeFileSync(prot, `{ "prot": 9004 }`);
    const cases: [string[], RegExp][] = [
      [["--port", "abc"], /^mcptb: --port: "abc" is not accepted; give a whole number from 0 to 65535\n$/],
      [["--prot", "1"], /^mcptb: unknown option '--prot'\n\(Did you mean --port\?\)\n$/],
      [["hosts", "--wacth"], /^mcptb: unknown option '--wacth'\n\(Did you mean --watch\?\)\n$/],
      [["sevre"], /^mcptb: unknown command 'sevre'\n\(Did you mean serve\?\)\n$/],
      [["--port", "1", "chta"], /^mcptb: unknown command 'chta'\n\(Did you mean chat\?\)\n$/],
      [["connect", "claude-cod"], /^mcptb: unknown command 'claude-cod'\n\(Did you mean claude-code\?\)\n$/],
      [["completion", "tcsh"], /^mcptb: .*Allowed choices are bash, zsh, fish, powershell\.\n$/],
      [["help", "opions"], /^mcptb: no help for "opions" \(did you mean options\?\); see mcptb help\n$/],
      [["--config", prot], /: unknown setting \(did you mean port\?\); see mcptb help options\n$/],
      [
        ["--host", "0.0.0.0"],
        /^mcptb: --host: 0\.0\.0\.0 can be reached from other machines, so a key is needed;/,
      ],
      [["--config", path.join(folder, "none")], /^mcptb: --config: cannot read .*none \(ENOENT\)\n$/],
      [["demo", "--port", "70000"], /^mcptb: --port: "70000" is not accepted/],
      [["demo", "--think-ms", "soon"], /^mcptb: .*Give a whole number of milliseconds\.\n$/],
      [["connect", "openai", "--shell", "fish"], /^mcptb: .*Allowed choices are posix, powershell, cmd\.\n$/],
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

const CONFIG = `{ "streamUnit": "token", "hostLimits": ["goose=2"] }`;

verifies("person.config", "every setting is shown with its value and where it comes from", async () => {
  const file = path.join(folder, "shown.jsonc");
  writeFileSync(file, CONFIG);
  vi.stubEnv("MCPTB_MAX_TOKENS", "100");
  vi.stubEnv("MCPTB_PROT", "1");
  const given = ["config", "--config", file, "--port", "9001", "--http-timeout", "none"];
  const { code, stdout } = await run(...given);
  expect(code).toBe(0);
  const lines = stdout.split("\n").map((line) => line.trim().replaceAll(/\s+/g, " "));
  expect(lines).toEqual(
    expect.arrayContaining([
      `Config file: ${file}`,
      "MCPTB_PROT is not a setting; did you mean MCPTB_PORT?",
      "--port 9001 from --port",
      "--max-tokens 100 from MCPTB_MAX_TOKENS",
      `--stream-unit token from streamUnit in ${file}`,
      "--http-timeout none from --http-timeout",
      "--host 127.0.0.1",
    ]),
  );
  for (const { flag } of Object.values(OPTIONS)) expect(stdout).toMatch(new RegExp(`^  ${flag} `, "m"));

  const json: unknown = JSON.parse((await run(...given, "--json")).stdout);
  expect(json).toMatchObject({
    file,
    unknown: ["MCPTB_PROT"],
    settings: {
      port: { value: 9001, source: "flag", from: "--port" },
      maxTokens: { value: 100, source: "variable", from: "MCPTB_MAX_TOKENS" },
      streamUnit: { value: "token", source: "file", from: `streamUnit in ${file}` },
      hostLimits: { value: [{ label: "goose", concurrent: 2, spacingMs: 0 }], source: "file" },
      httpTimeout: { value: "none", source: "flag" },
      host: { value: "127.0.0.1", source: "default", from: null },
      stateDir: { value: null, source: "default" },
    },
  });
});

verifies("person.config", "no key is shown, wherever it comes from", async () => {
  const keys = path.join(folder, "keys.txt");
  writeFileSync(keys, "of-a-file\n");
  vi.stubEnv("MCPTB_OPERATOR_KEY", "of-a-variable");
  const given = ["config", "--api-key-file", keys, "--host-key", "of-a-flag,of-two"];
  for (const more of [[], ["--json"]]) {
    const { stdout } = await run(...given, ...more);
    expect(stdout).not.toMatch(/of-a|of-two/);
    expect(stdout).toContain("2 keys, not shown");
  }
  expect((await run(...given)).stdout).toMatch(/--api-key +1 key, not shown +from --api-key-file/);
});

test("settings that cannot be used are an error of `config` too", async () => {
  expect((await run("config", "--port", "abc")).code).toBe(2);
});

test("connect ollama says where, with which key, and how to have Ollama's port", async () => {
  const { stdout } = await run("connect", "ollama", "--port", "9001", "--shell", "posix");
  expect(stdout).toContain("--ollama-port 11434");
  expect(stdout).toContain("OLLAMA_HOST=http://127.0.0.1:9001 your-program");
  expect(stdout).toContain('new Ollama({ host: "http://127.0.0.1:9001" })');
  expect(stdout).not.toContain("Bearer");
  const keyed = await run("connect", "ollama", "--api-key", "secret", "--shell", "posix");
  expect(keyed.stdout).toContain(
    'Client(host="http://127.0.0.1:8000", headers={"Authorization": "Bearer YOUR_KEY"})',
  );
  expect(keyed.stdout).not.toContain("secret");
});

test("connect gemini-cli says where, with which key, and how the key is chosen", async () => {
  const { stdout } = await run("connect", "gemini-cli", "--port", "9001", "--shell", "posix");
  expect(stdout).toContain("GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:9001 GEMINI_API_KEY=none gemini");
  expect(stdout).toContain('"selectedType": "gemini-api-key"');
  expect(stdout).toContain('httpOptions: { baseUrl: "http://127.0.0.1:9001" }');
  expect(stdout).toContain('http_options={"base_url": "http://127.0.0.1:9001"}');
  expect((await run("connect", "gemini-cli", "--write")).code).not.toBe(0);
});
