/**
 * Installs the clients, each into a folder of its own that is named after what it holds, so a later run finds it
 * again. `MCPTB_CLIENTS_HOME` says where; without it that is a folder in the system's temporary one. With
 * `MCPTB_NEWEST=1` the newest release of everything is taken in place of the pinned one, once a day.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { findPython, systemPython } from "./python.ts";

const run = promisify(execFile);

const PINS = join(import.meta.dirname, "../python");
export const CLAUDE_CODE_VERSION = "2.1.330";
const CLAUDE_CODE = `@anthropic-ai/claude-code@${CLAUDE_CODE_VERSION}`;
/** On a busy machine a few hundred megabytes of wheels take minutes; a hook of a suite waits a little longer. */
const INSTALL_MS = 1_000_000;
const MAX_OUTPUT = 64 * 1_048_576;
export const NEWEST = process.env["MCPTB_NEWEST"] === "1";

/** What there is a requirements file for. */
export const PYTHON_SETS = ["sdks", "litellm", "langchain", "smolagents"] as const;
type PythonSet = (typeof PYTHON_SETS)[number];

/** A virtual environment with exactly the packages of `python/requirements-NAME.txt`; returns its `bin` folder. */
export async function installPython(name: PythonSet): Promise<string> {
  return installPins(name, join(PINS, `requirements-${name}.txt`), await systemPython());
}

/** The same with aider; `undefined` where there is no Python that it takes. */
export async function installAider(): Promise<string | undefined> {
  const python = await findPython("aider", { below: [3, 13] });
  return python && installPins("aider", join(PINS, "requirements-aider.txt"), python);
}

/** A virtual environment of this Python with exactly the packages of the file `pins`; returns its `bin` folder. */
export async function installPins(name: string, pins: string, python: string): Promise<string> {
  const folder = await installOnce(
    `python-${name}`,
    `${python}\n${await readFile(pins, "utf8")}`,
    async (to) => {
      await tool(python, ["-m", "venv", to]);
      const inVenv = join(to, "bin/python");
      const names = join(to, "names.txt");
      if (NEWEST) await writeFile(names, (await readFile(pins, "utf8")).replaceAll(/==.*/g, ""));
      const install = ["-m", "pip", "install", "--quiet", "--no-compile", "--only-binary=:all:"];
      // The pins are complete, so nothing has to be resolved; `check` proves that they are.
      const what = NEWEST ? ["--requirement", names] : ["--no-deps", "--requirement", pins];
      await tool(inVenv, [...install, ...what]);
      await tool(inVenv, ["-m", "pip", "check"]);
    },
  );
  return join(folder, "bin");
}

/** The version that a requirements file pins. */
export async function pinned(name: PythonSet, distribution: string): Promise<string | undefined> {
  const pins = await readFile(join(PINS, `requirements-${name}.txt`), "utf8");
  return new RegExp(`^${distribution}==(.+)$`, "m").exec(pins)?.[1];
}

/** Claude Code from npm; returns its program, a native binary that needs no Node. */
export async function installClaudeCode(): Promise<string> {
  const folder = await installNpm("claude-code", CLAUDE_CODE);
  const scope = join(folder, "node_modules/@anthropic-ai");
  for (const name of (await readdir(scope)).sort()) {
    const binary = join(scope, name, "claude");
    if (name.startsWith("claude-code-") && existsSync(binary)) return binary;
  }
  throw new Error(
    `npm installed no Claude Code program for ${process.platform} ${process.arch} into ${scope}.`,
  );
}

/** The Claude Agent SDK with the Claude Code that it runs; returns its module. */
export async function installClaudeAgentSdk(): Promise<string> {
  const folder = await installNpm("claude-agent-sdk", "@anthropic-ai/claude-agent-sdk@0.3.332");
  return join(folder, "node_modules/@anthropic-ai/claude-agent-sdk/sdk.mjs");
}

/** GitHub Copilot CLI; returns its program, a native binary that needs no Node. */
export async function installCopilotCli(): Promise<string> {
  const folder = await installNpm("copilot-cli", "@github/copilot@1.0.102");
  return join(folder, `node_modules/@github/copilot-${process.platform}-${process.arch}/copilot`);
}

/** Programs from npm with the native binary of their platform package; returns the folder. */
export async function installNpm(name: string, ...specs: readonly string[]): Promise<string> {
  return installOnce(name, specs.join("\n"), async (to) => {
    await mkdir(to, { recursive: true });
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-save"];
    const wanted = NEWEST ? specs.map((spec) => spec.replace(/(?<=.)@[^@]*$/, "@latest")) : specs;
    await tool("npm", ["install", "--prefix", to, ...flags, ...wanted]);
  });
}

/** The source of a collector of OpenTelemetry. */
export const COLLECTOR = join(import.meta.dirname, "../collector");

/** The Go program of this folder; returns it compiled, or `undefined`, told on stderr, where there is no Go. */
export async function installGo(name: string, source: string): Promise<string | undefined> {
  const usual = process.platform === "win32" ? "C:\\Program Files\\Go\\bin" : "/usr/local/go/bin";
  const env = { ...process.env, PATH: [process.env["PATH"], usual].join(delimiter), GOTOOLCHAIN: "local" };
  const version = await run("go", ["version"], { env }).catch(() => undefined);
  if (version === undefined) {
    process.stderr.write(`\nNO GO IS INSTALLED HERE: what is in ${source} IS NOT RUN.\n\n`);
    return undefined;
  }
  const files = await Promise.all(
    (await readdir(source)).sort().map(async (file) => readFile(join(source, file), "utf8")),
  );
  const folder = await installOnce(`go-${name}`, `${version.stdout}${files.join("\n")}`, async (to) => {
    await cp(source, to, { recursive: true });
    if (NEWEST) await tool("go", ["get", "-u", "./..."], { env, cwd: to });
    await tool("go", ["build", "-o", name, "."], { env, cwd: to });
  });
  return join(folder, name);
}

/** Runs an installation unless one of the same content is there; a broken-off one is started anew. */
async function installOnce(
  name: string,
  content: string,
  install: (to: string) => Promise<void>,
): Promise<string> {
  const day = NEWEST ? new Date().toISOString().slice(0, 10) : "";
  const digest = createHash("sha256").update(`${content}${day}`).digest("hex").slice(0, 16);
  const folder = join(home(), `${name}-${digest}`);
  const complete = join(folder, ".complete");
  if (existsSync(complete)) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(home(), { recursive: true, mode: 0o700 });
  await install(folder);
  await writeFile(complete, "");
  return folder;
}

function home(): string {
  return process.env["MCPTB_CLIENTS_HOME"] ?? join(tmpdir(), `mcptb-clients-${userInfo().uid}`);
}

async function tool(
  command: string,
  args: readonly string[],
  where: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<void> {
  try {
    await run(command, args, { timeout: INSTALL_MS, maxBuffer: MAX_OUTPUT, ...where });
  } catch (error) {
    const { code, stdout = "", stderr = "" } = error as { code?: unknown; stdout?: string; stderr?: string };
    const why =
      code === "ENOENT" ? `${command} is not installed` : `${stdout}\n${stderr}`.trim().slice(-2000);
    throw new Error(`The client tests need \`${command} ${args.join(" ")}\`, which failed: ${why}`, {
      cause: error,
    });
  }
}
