/** Installs the MCP conformance suite, which takes the network the first time. */
import { join } from "node:path";
import { installNpm } from "../clients/support/install.ts";
import { installNode } from "../vscode/support/install.ts";

const SUITE = "@modelcontextprotocol/conformance@0.2.0-alpha.12";

/** The suite's program, and a Node that is new enough for it. */
export async function installConformanceSuite(): Promise<{ readonly node: string; readonly suite: string }> {
  const folder = await installNpm("mcp-conformance", SUITE);
  return {
    node: await installNode(),
    suite: join(folder, "node_modules/@modelcontextprotocol/conformance/dist/index.js"),
  };
}
