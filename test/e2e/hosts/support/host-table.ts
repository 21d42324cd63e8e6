/** What was measured of each host. The tests hold the hosts to it, so a new version that behaves otherwise is noticed. */
import { PI_MCP_ADAPTER_VERSION, PI_VERSION, type Launchers, type Runtime } from "./install.ts";
import { fastAgentSettings, piSettings, type Era, type WriteSettings } from "./settings.ts";

export interface HostFacts {
  /** With the version that is pinned. */
  readonly name: string;
  readonly runtime: Runtime;
  /** A program of that runtime: a file in `../python`, a name in `../go/main.go`; pi is one itself. */
  readonly program: string;
  /** Arguments of the program. */
  readonly args?: readonly string[];
  readonly settings?: WriteSettings;
  /** The eras it can be told to begin in, where it is run in them. */
  readonly eras: readonly Era[];
  /** The name the host gives itself. */
  readonly clientName: string;
  /** What it calls the scripted model. */
  readonly model: string;
  /** Whether an image reaches its model; where it does not the client is told. */
  readonly images: boolean;
  /** It declares `sampling.tools`; to others the bridge supplies tools in the prompt. */
  readonly tools: boolean;
  /** It works on several requests at once; the others answer one after the other. */
  readonly concurrent: boolean;
  /**
   * What a client that leaves brings about: it ends the call of the model, it only frees the bridge, or its place stays taken
   * until the model has answered, where the host is known to go on.
   */
  readonly leaving: "ends" | "frees" | "keeps";
  /** It tells that the model stopped at its length limit; from the others the answer looks finished. */
  readonly tellsLength: boolean;
  /** A failure of the model is told with the model's own words. */
  readonly tellsErrors: boolean;
}

const SDK_NAME = "mcp";
const ALL: readonly Era[] = ["legacy", "modern", "auto"];
const OLD: readonly Era[] = ["legacy"];
/** Its client is FastMCP's, which is run in all of them. */
const OWN: readonly Era[] = ["auto"];

export const HOSTS: readonly HostFacts[] = [
  {
    name: "FastMCP 4.2.3",
    runtime: "fastmcp",
    program: "fastmcp_host.py",
    eras: ALL,
    clientName: "fastmcp",
    model: "scripted-model",
    images: true,
    tools: false,
    concurrent: true,
    leaving: "ends",
    tellsLength: true,
    tellsErrors: true,
  },
  {
    name: "FastMCP 4.2.3 that declares tools",
    runtime: "fastmcp",
    program: "fastmcp_host.py",
    args: ["tools"],
    eras: OWN,
    clientName: "fastmcp",
    model: "scripted-model",
    images: true,
    tools: true,
    concurrent: true,
    leaving: "ends",
    tellsLength: true,
    tellsErrors: true,
  },
  {
    name: "pydantic-ai 2.68.0 on FastMCP 4.2.3",
    runtime: "fastmcp",
    program: "pydantic_ai_host.py",
    eras: OWN,
    clientName: "fastmcp",
    model: "scripted-model",
    images: true,
    tools: false,
    concurrent: true,
    leaving: "ends",
    tellsLength: false,
    tellsErrors: true,
  },
  {
    name: "fast-agent 0.10.46",
    runtime: "fast-agent",
    program: "fast_agent_host.py",
    settings: fastAgentSettings,
    eras: ALL,
    clientName: "fast-agent-mcp",
    model: "generic.scripted-model",
    images: true,
    tools: true,
    concurrent: true,
    leaving: "ends",
    tellsLength: false,
    tellsErrors: true,
  },
  {
    name: "Python SDK 2.3.0",
    runtime: "fastmcp",
    program: "sdk2_host.py",
    eras: ALL,
    clientName: SDK_NAME,
    model: "scripted-model",
    images: true,
    tools: true,
    concurrent: true,
    leaving: "ends",
    tellsLength: true,
    tellsErrors: true,
  },
  {
    name: "Python SDK 1.30.0",
    runtime: "mcp-use",
    program: "sdk1_host.py",
    eras: OLD,
    clientName: SDK_NAME,
    model: "scripted-model",
    images: true,
    tools: true,
    concurrent: false,
    leaving: "frees",
    tellsLength: true,
    tellsErrors: false,
  },
  {
    name: "mcp-use 1.7.1",
    runtime: "mcp-use",
    program: "mcp_use_host.py",
    eras: OLD,
    clientName: "mcp-use",
    model: "scripted-model",
    images: true,
    tools: false,
    concurrent: false,
    leaving: "keeps",
    tellsLength: true,
    tellsErrors: false,
  },
  {
    name: "Go SDK 1.8.0",
    runtime: "go",
    program: "sdk",
    eras: ALL,
    clientName: "go-host",
    model: "scripted-model",
    images: true,
    tools: false,
    concurrent: true,
    leaving: "ends",
    tellsLength: true,
    tellsErrors: true,
  },
  {
    name: "Go SDK 1.8.0 with the handler for tools",
    runtime: "go",
    program: "sdk-tools",
    eras: ALL,
    clientName: "go-host",
    model: "scripted-model",
    images: true,
    tools: true,
    concurrent: true,
    leaving: "ends",
    tellsLength: true,
    tellsErrors: true,
  },
  {
    name: "mcp-go 1.2.1",
    runtime: "go",
    program: "mcp-go",
    eras: ALL,
    clientName: "mcp-go-host",
    model: "scripted-model",
    images: true,
    tools: false,
    concurrent: true,
    leaving: "frees",
    tellsLength: true,
    tellsErrors: true,
  },
  {
    name: `pi ${PI_VERSION} with pi-mcp-adapter ${PI_MCP_ADAPTER_VERSION}`,
    runtime: "pi",
    program: "pi",
    settings: piSettings,
    // In the modern era only its model could call the hook.
    eras: ["legacy", "auto"],
    clientName: "pi-mcp-bridge",
    model: "scripted/scripted-model",
    images: false,
    tools: false,
    concurrent: true,
    leaving: "keeps",
    tellsLength: true,
    tellsErrors: true,
  },
];

/** The command that starts the host. */
export function commandOf(
  { runtime, program, args = [] }: HostFacts,
  launchers: Launchers,
): readonly string[] {
  return [...(launchers[runtime]?.(program) ?? []), ...args];
}
