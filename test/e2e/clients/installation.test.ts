/** What the suite itself rests on: clients that cannot leave the machine, and clear words where something is missing. */
import { afterEach, expect, test, vi } from "vitest";
import { cleanEnvironment, scratchHome } from "./support/environment.ts";
import { CLAUDE_CODE_VERSION, installClaudeCode, installPython, NEWEST, pinned } from "./support/install.ts";
import { openNamespace } from "./support/namespace.ts";
import { Program } from "./support/program.ts";
import { systemPython } from "./support/python.ts";

const PINNED = [
  ["sdks", "httpx"],
  ["sdks", "openai"],
  ["sdks", "anthropic"],
  ["sdks", "ollama"],
  ["sdks", "google-genai"],
  ["litellm", "litellm"],
] as const;

afterEach(() => {
  vi.unstubAllEnvs();
});

test("a namespace has no way out", async () => {
  const namespace = await openNamespace();
  const env = cleanEnvironment("/");
  try {
    const interfaces = new Program("cat", namespace.spawn("cat", ["/proc/net/dev"], { env }));
    await interfaces.finished(20_000);
    const names = [...interfaces.stdout.matchAll(/^\s*(\S+):/gm)].map(([, name]) => name);
    expect(names).toContain("lo");
    const routes = new Program("cat", namespace.spawn("cat", ["/proc/net/route"], { env }));
    await routes.finished(20_000);
    expect(routes.stdout.trim().split("\n")).toHaveLength(1);
  } finally {
    await namespace.close();
  }
});

test("a missing Python is named, and what to install", async () => {
  vi.stubEnv("MCPTB_CLIENTS_PYTHON", "/no/such/python");
  await expect(systemPython()).rejects.toThrow(/apt-get install python3 python3-venv.*\/no\/such\/python/);
});

test("a missing npm is named", async () => {
  const home = await scratchHome();
  vi.stubEnv("MCPTB_CLIENTS_HOME", home.path);
  vi.stubEnv("PATH", "");
  await expect(installClaudeCode()).rejects.toThrow(/npm is not installed/);
  await home.remove();
});

test.skipIf(NEWEST)("the pinned versions are the ones that run", async () => {
  const home = await scratchHome();
  const namespace = await openNamespace();
  const run = async (command: string, args: string[]): Promise<string> => {
    const env = { ...cleanEnvironment(home.path), DISABLE_AUTOUPDATER: "1" };
    const program = new Program(command, namespace.spawn(command, args, { env }));
    await program.finished(60_000);
    return program.stdout;
  };
  expect(await run(await installClaudeCode(), ["--version"])).toMatch(`${CLAUDE_CODE_VERSION} `);
  const version = "import sys, importlib.metadata as m; print(m.version(sys.argv[1]))";
  for (const [venv, distribution] of PINNED) {
    const python = `${await installPython(venv)}/python`;
    const found = await run(python, ["-c", version, distribution]);
    expect(found.trim(), distribution).toBe(await pinned(venv, distribution));
  }
  await namespace.close();
  await home.remove();
});
