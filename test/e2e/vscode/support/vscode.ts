import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { type Browser, startBrowser } from "./browser.ts";
import { installPacked, startCodeServer } from "./code-server.ts";
import { install } from "./install.ts";
import { listProcesses, type RunningProcess } from "./processes.mjs";
import { type Hello, ScriptedModel } from "./scripted-model.ts";
import { VsCodeWindow } from "./window.ts";

const OPEN_MS = 90_000;

const SETTINGS = {
  "workbench.startupEditor": "none",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "workbench.enableExperiments": false,
};

/** Those of the models that ask for consent. */
const PROPOSING = ["scripted-model", "second-model"].flatMap((name) => [
  "--enable-proposed-api",
  `mcptb.${name}`,
]);

/** A running VS Code: one server, one browser, any number of windows. */
export interface VsCode {
  /** Holds everything of this run; every process of the run carries it in its environment. */
  readonly folder: string;
  /** Opens a window on a folder and waits until its scripted model is ready. */
  open(workspace: string): Promise<VsCodeWindow>;
  /** Saves a picture of each open window, outside the run's folder; returns their paths. */
  photograph(name: string): Promise<string[]>;
  /** The processes of this run. */
  processes(): RunningProcess[];
  /** Ends everything of this run. */
  stop(): Promise<void>;
}

export interface VsCodeOptions {
  /** Folders of further extensions, as they lie when installed. */
  readonly extensions?: readonly string[];
  /** The person is asked before an extension may use the scripted models. */
  readonly asksConsent?: boolean;
  /** Packed extensions, installed as a person installs them. */
  readonly packed?: readonly string[];
  /** Settings of the machine, which a workspace cannot change. */
  readonly machine?: Readonly<Record<string, unknown>>;
  /** Providers of models that the person has added, as in `chatLanguageModels.json`. */
  readonly providers?: readonly object[];
  /** Beside or instead of what VS Code's processes have in their environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Folders are not trusted until the person says so, as VS Code is delivered. */
  readonly distrusts?: boolean;
}

/** Installs VS Code if need be and starts it, with a scratch home, the scripted model and the extensions that are named. */
export async function startVsCode(options: VsCodeOptions = {}): Promise<VsCode> {
  const installed = await install();
  const folder = mkdtempSync(join(tmpdir(), "mcptb-vscode-run-"));
  const reaper = startReaper(folder);
  try {
    prepare(folder, options);
    const link = join(folder, "link");
    const arrivals = listenForModels(link);
    const { asksConsent = false, packed = [], distrusts = false } = options;
    const asks = asksConsent && { MCPTB_VSCODE_ASKS: "1" };
    const env = { ...environment(folder, link), ...asks, ...options.env };
    for (const file of packed) await installPacked(installed, folder, env, file);
    const [url, browser] = await Promise.all([
      startCodeServer(installed, folder, env, [
        ...(asksConsent ? PROPOSING : []),
        ...(distrusts ? [] : ["--disable-workspace-trust"]),
      ]),
      startBrowser(installed, folder, env),
    ]);
    return {
      folder,
      photograph: (name) => photograph(browser, join(tmpdir(), "mcptb-vscode-failures"), name),
      open: async (workspace) => {
        const page = await browser.newPage();
        const window = new VsCodeWindow(page, () => arrivals.next(workspace));
        await window.load(`${url}/?folder=${encodeURIComponent(workspace)}`);
        return window;
      },
      processes: () => listProcesses(folder),
      stop: async () => {
        await browser.close();
        arrivals.close();
        await reaper();
      },
    };
  } catch (error) {
    await reaper();
    throw error;
  }
}

async function photograph(browser: Browser, folder: string, name: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const paths = browser.pages().map((page, index) => ({ page, path: join(folder, `${name}-${index}.png`) }));
  // A window that cannot be shown must not hide why the test failed.
  await Promise.allSettled(paths.map(({ page, path }) => page.screenshot({ path, timeout: 10_000 })));
  return paths.map(({ path }) => path);
}

function prepare(
  folder: string,
  { extensions = [], machine = {}, providers = [], distrusts = false }: VsCodeOptions,
): void {
  const scripted = fileURLToPath(new URL("../extension", import.meta.url));
  for (const source of [scripted, ...extensions]) installExtension(source, folder);
  mkdirSync(join(folder, "home"));
  mkdirSync(join(folder, "data/User"), { recursive: true });
  mkdirSync(join(folder, "data/Machine"));
  const trust = distrusts
    ? { "security.workspace.trust.startupPrompt": "never" }
    : { "security.workspace.trust.enabled": false };
  writeFileSync(join(folder, "data/User/settings.json"), JSON.stringify({ ...SETTINGS, ...trust }));
  writeFileSync(join(folder, "data/Machine/settings.json"), JSON.stringify(machine));
  writeFileSync(join(folder, "data/User/chatLanguageModels.json"), JSON.stringify(providers));
  writeFileSync(join(folder, "code-server.yaml"), "cert: false\n");
}

function installExtension(source: string, folder: string): void {
  const manifest: { publisher: string; name: string; version: string } = JSON.parse(
    readFileSync(join(source, "package.json"), "utf8"),
  );
  const name = `${manifest.publisher}.${manifest.name}-${manifest.version}`;
  cpSync(source, join(folder, "extensions", name), { recursive: true });
}

/** What VS Code and with it the bridge get: nothing of the person's home, nor what a test runner adds. */
function environment(folder: string, link: string): NodeJS.ProcessEnv {
  const home = join(folder, "home");
  return {
    PATH: process.env["PATH"],
    LANG: "C.UTF-8",
    HOME: home,
    TMPDIR: home,
    XDG_CONFIG_HOME: join(home, ".config"),
    XDG_DATA_HOME: join(home, ".local/share"),
    XDG_CACHE_HOME: join(home, ".cache"),
    XDG_RUNTIME_DIR: home,
    MCPTB_VSCODE_LINK: link,
  };
}

/** Collects the models that announce themselves and hands each window the next one of its folder. */
function listenForModels(path: string) {
  const ready: { model: ScriptedModel; hello: Hello }[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((socket) => {
    const model = new ScriptedModel(socket, (hello) => {
      ready.push({ model, hello });
      for (const look of waiting) look();
      waiting.clear();
    });
  });
  server.listen(path);
  return {
    close: () => server.close(),
    next: async (workspace: string): Promise<ScriptedModel> => {
      const late = AbortSignal.timeout(OPEN_MS);
      for (;;) {
        const index = ready.findIndex(({ hello }) => hello.folder === workspace);
        const [found] = index < 0 ? [] : ready.splice(index, 1);
        if (found) return found.model;
        await new Promise<void>((resolve, reject) => {
          waiting.add(resolve);
          late.addEventListener("abort", () =>
            reject(new Error(`VS Code's extension host for ${workspace} did not start.`)),
          );
        });
      }
    },
  };
}

/** Starts the process that cleans up even if this one is killed; the returned function has it do so and waits. */
function startReaper(folder: string): () => Promise<void> {
  const script = fileURLToPath(new URL("reaper.mjs", import.meta.url));
  const child = spawn(process.execPath, [script], { detached: true, stdio: ["pipe", "ignore", "inherit"] });
  const gone = once(child, "exit");
  child.stdin.write(folder);
  return async () => {
    child.stdin.end();
    await gone;
  };
}
