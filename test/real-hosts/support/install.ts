import { join } from "node:path";
import { installNpm, installPins } from "../../clients/support/install.ts";
import { installBrowser, installNode } from "../../vscode/support/install.ts";
import { newerPython, systemPython } from "../../clients/support/python.ts";

const PINS = join(import.meta.dirname, "../python");

/** The environments of the Python hosts; each holds exactly the packages of `python/requirements-NAME.txt`. */
export type Venv = "fastmcp" | "fast-agent" | "mcp-use";

export const INSPECTOR_VERSION = "2.12.0";

/** What the MCP Inspector needs: its program, a Node that is new enough, and a browser for the person. */
export async function installInspector() {
  const folder = await installNpm("inspector", `@modelcontextprotocol/inspector@${INSPECTOR_VERSION}`);
  return {
    node: await installNode(),
    browser: await installBrowser(),
    program: join(folder, "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js"),
  };
}

/** The virtual environments' `bin` folders. Installs what is not there yet, which takes the network. */
export async function install(): Promise<Readonly<Record<Venv, string>>> {
  const pins = (name: Venv, python: string): Promise<string> =>
    installPins(name, join(PINS, `requirements-${name}.txt`), python);
  const python = await systemPython();
  return {
    fastmcp: await pins("fastmcp", python),
    "mcp-use": await pins("mcp-use", python),
    "fast-agent": await pins("fast-agent", await newerPython([3, 13])),
  };
}
