import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { findOrInstallChromium } from "./chromium.ts";
import { runCommand } from "./command.ts";

/** Pinned, so that a run tells the same tomorrow; code-server 4.139.1 is VS Code 1.139.1. */
const CODE_SERVER = "4.139.1";
const NODE = "24.21.0";
const PLAYWRIGHT = "1.65.1";

const INSTALL_MS = 600_000;

/** A browser and its driver, as absolute paths. */
export interface BrowserParts {
  /** Folder whose `node_modules` holds the browser's driver. */
  readonly driver: string;
  readonly chromium: string;
}

/** Everything a real VS Code needs here, as absolute paths. */
export interface Installed extends BrowserParts {
  /** The Node that code-server insists on. */
  readonly node: string;
  readonly codeServer: string;
}

/**
 * Installs VS Code (as code-server, from npm), the Node it needs, a browser and the browser's driver, each only
 * if it is not there yet. The npm parts live in `MCPTB_VSCODE_HOME`, by default a folder in the temporary directory.
 *
 * @throws Error saying what could not be installed and what to do about it.
 */
export async function install(): Promise<Installed> {
  if (process.platform !== "linux") {
    throw new Error(
      `The VS Code run needs Linux; this is ${process.platform}. WSL or a Debian container will do.`,
    );
  }
  const home = homeFolder();
  // Each of them waits on the network or the disk; one after the other keeps the failure readable.
  const browser = await installBrowser();
  const node = await installNode();
  const server = await installOnce(home, `code-server-${CODE_SERVER}`, async (folder) => {
    await npmInstall(folder, [`code-server@${CODE_SERVER}`]);
    // VS Code's own dependencies are a second package; its published lock is inside.
    await npmInstall(join(folder, "node_modules/code-server/lib/vscode"), ["--omit=dev"]);
  });
  return {
    ...browser,
    node,
    codeServer: join(server, "node_modules/code-server/out/node/entry.js"),
  };
}

/** A browser and what drives it. @throws Error as `install` does. */
export async function installBrowser(): Promise<BrowserParts> {
  const chromium = await findOrInstallChromium();
  const driver = await installOnce(homeFolder(), `playwright-core-${PLAYWRIGHT}`, (folder) =>
    npmInstall(folder, [`playwright-core@${PLAYWRIGHT}`]),
  );
  return { chromium, driver };
}

/** A Node newer than the oldest that the bridge supports; returns its program. */
export async function installNode(): Promise<string> {
  const major = NODE.split(".")[0];
  if (process.versions.node.split(".")[0] === major) return process.execPath;
  // The `node` package's platform parts carry the very binary, so no install script has to run.
  const part = `node-${process.platform}-${process.arch}`;
  const folder = await installOnce(homeFolder(), `${part}-${NODE}`, (into) =>
    npmInstall(into, [`${part}@${NODE}`]),
  );
  return join(folder, "node_modules", part, "bin/node");
}

function homeFolder(): string {
  const home = process.env["MCPTB_VSCODE_HOME"] ?? join(tmpdir(), "mcptb-vscode");
  mkdirSync(home, { recursive: true });
  return home;
}

/** Fills a folder beside its final place and moves it there, so that a broken or parallel run leaves no half. */
async function installOnce(
  home: string,
  name: string,
  fill: (folder: string) => Promise<unknown>,
): Promise<string> {
  const folder = join(home, name);
  if (existsSync(folder)) return folder;
  process.stderr.write(`Installing ${name} into ${home}\n`);
  const partial = mkdtempSync(join(home, `${name}.partial-`));
  try {
    writeFileSync(join(partial, "package.json"), '{"private":true}\n');
    await fill(partial);
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    // Another run may have been quicker.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/**
 * Install scripts stay off: code-server's would compile modules for minutes (one needs Kerberos headers), and what
 * the workbench needs of them comes prebuilt.
 */
async function npmInstall(folder: string, args: readonly string[]): Promise<void> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !isNpmRunVariable(name)));
  await runCommand("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...args], {
    cwd: folder,
    env,
    timeoutMs: INSTALL_MS,
  }).catch((error: unknown) => {
    throw new Error(
      `The VS Code run needs packages from the npm registry and could not install them.\n${String(error)}`,
    );
  });
}

/** `npm run` describes the package it runs for in variables that would mislead an npm in another folder. */
function isNpmRunVariable(name: string): boolean {
  return /^npm_(package|lifecycle|config_local_prefix|command)/.test(name) || name === "INIT_CWD";
}
