/** Installs the hosts, and tells how each kind of program is started. Takes the network the first time. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { installGo, installNpm, installPins } from "../../clients/support/install.ts";
import { installBrowser, installNode } from "../../vscode/support/install.ts";
import { findPython, systemPython } from "../../clients/support/python.ts";

const PYTHON = join(import.meta.dirname, "../python");
const GO = join(import.meta.dirname, "../go");

const INSPECTOR_VERSION = "2.12.0";
export const PI_VERSION = "0.86.1";
export const PI_MCP_ADAPTER_VERSION = "2.36.0";

/** What the programs run on: a Python environment of `python/requirements-NAME.txt`, the Go programs of `go`, or pi. */
export type Runtime = "fastmcp" | "fast-agent" | "mcp-use" | "go" | "pi";

/** The command that starts a program; `undefined` where this machine cannot run it. */
export type Launchers = Readonly<Record<Runtime, ((program: string) => readonly string[]) | undefined>>;

/** Installs what is not there yet, which takes the network. */
export async function install(): Promise<Launchers> {
  const pins = async (name: string, python: string) => {
    const bin = await installPins(name, join(PYTHON, `requirements-${name}.txt`), python);
    return (program: string) => [join(bin, "python"), join(PYTHON, program)];
  };
  const python = await systemPython();
  const newer = await findPython("fast-agent", { from: [3, 13] });
  const go = await installGo("hosts", GO);
  return {
    fastmcp: await pins("fastmcp", python),
    "mcp-use": await pins("mcp-use", python),
    "fast-agent": newer === undefined ? undefined : await pins("fast-agent", newer),
    go: go === undefined ? undefined : (program) => [go, program],
    pi: await pi(),
  };
}

/** The whole pi without a screen; the bridge is in the settings of its folder. */
async function pi(): Promise<() => readonly string[]> {
  const own = ["@earendil-works/pi-coding-agent", "@earendil-works/pi-ai"];
  const specs = [`pi-mcp-adapter@${PI_MCP_ADAPTER_VERSION}`, ...own.map((name) => `${name}@${PI_VERSION}`)];
  const modules = join(await installNpm("pi", ...specs), "node_modules");
  const node = await installNode();
  const program = join(modules, "@earendil-works/pi-coding-agent/dist/bundle/cli.js");
  const extension = join(modules, "pi-mcp-adapter/index.ts");
  const model = ["--provider", "scripted", "--model", "scripted-model"];
  const alone = ["--no-session", "--offline", "--no-extensions", "--extension", extension];
  return () => [node, program, "--mode", "rpc", ...alone, ...model];
}

/** What the MCP Inspector needs: its program, a Node that is new enough, and a browser for the person. */
export async function installInspector() {
  const folder = await installNpm("inspector", `@modelcontextprotocol/inspector@${INSPECTOR_VERSION}`);
  const inspector = join(folder, "node_modules/@modelcontextprotocol/inspector");
  const { version } = JSON.parse(await readFile(join(inspector, "package.json"), "utf8")) as {
    version: string;
  };
  return {
    version,
    node: await installNode(),
    browser: await installBrowser(),
    program: join(inspector, "clients/launcher/build/index.js"),
  };
}
