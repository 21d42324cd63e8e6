/** What was measured of each host. The tests hold the hosts to it, so a new version that behaves otherwise is noticed. */
import type { Venv } from "./install.ts";

export interface HostFacts {
  /** With the version that `../python/requirements-*.txt` pins. */
  readonly name: string;
  /** A program in `../python`, and the environment it runs in. */
  readonly program: string;
  readonly venv: Venv;
  /** Arguments of the program. */
  readonly args?: readonly string[];
  /** It knows MCP 2026-07-28. */
  readonly modern: boolean;
  /** The name the host gives itself. */
  readonly clientName: string;
  /** What it calls the scripted model. */
  readonly model: string;
  /** It declares `sampling.tools`; to others the bridge supplies tools in the prompt. */
  readonly tools: boolean;
  /** It works on several requests at once; the others answer one after the other. */
  readonly concurrent: boolean;
  /** A client that leaves ends the call of the model. */
  readonly cancels: boolean;
  /** It tells that the model stopped at its length limit; from the others the answer looks finished. */
  readonly tellsLength: boolean;
  /** A failure of the model is told with the model's own words. */
  readonly tellsErrors: boolean;
}

const SDK_NAME = "mcp";

export const HOSTS: readonly HostFacts[] = [
  {
    name: "FastMCP 4.1.2",
    program: "fastmcp_host.py",
    venv: "fastmcp",
    modern: true,
    clientName: SDK_NAME,
    model: "scripted-model",
    tools: false,
    concurrent: true,
    cancels: true,
    tellsLength: false,
    tellsErrors: true,
  },
  {
    name: "FastMCP 4.1.2 that declares tools",
    program: "fastmcp_host.py",
    venv: "fastmcp",
    args: ["tools"],
    modern: true,
    clientName: SDK_NAME,
    model: "scripted-model",
    tools: true,
    concurrent: true,
    cancels: true,
    tellsLength: false,
    tellsErrors: true,
  },
  {
    name: "fast-agent 0.10.46",
    program: "fast_agent_host.py",
    venv: "fast-agent",
    modern: true,
    clientName: "fast-agent-mcp",
    model: "generic.scripted-model",
    tools: true,
    concurrent: true,
    cancels: true,
    tellsLength: false,
    tellsErrors: true,
  },
  {
    name: "Python SDK 2.3.0",
    program: "sdk2_host.py",
    venv: "fastmcp",
    modern: true,
    clientName: SDK_NAME,
    model: "scripted-model",
    tools: true,
    concurrent: true,
    cancels: true,
    tellsLength: true,
    tellsErrors: true,
  },
  {
    name: "Python SDK 1.30.0",
    program: "sdk1_host.py",
    venv: "mcp-use",
    modern: false,
    clientName: SDK_NAME,
    model: "scripted-model",
    tools: true,
    concurrent: false,
    cancels: false,
    tellsLength: true,
    tellsErrors: false,
  },
  {
    name: "mcp-use 1.7.1",
    program: "mcp_use_host.py",
    venv: "mcp-use",
    modern: false,
    clientName: "mcp-use",
    model: "scripted-model",
    tools: false,
    concurrent: false,
    cancels: false,
    tellsLength: true,
    tellsErrors: false,
  },
];
