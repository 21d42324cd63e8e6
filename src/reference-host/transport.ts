/** How our host reaches a bridge: it starts one over stdio, or attaches to one that runs over HTTP. */
import { StreamableHTTPClientTransport, type Transport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

/** Answers carry whole texts; the SDK closes the connection at a longer line. */
const MAX_LINE = 64 * 1_048_576;

export interface BridgeCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Starts the bridge when the host connects; it logs to our stderr. */
export function stdioTransport({ command, args, env }: BridgeCommand): Transport {
  return new StdioClientTransport({
    command,
    args: [...args],
    env: onlySet(env),
    stderr: "inherit",
    maxBufferSize: MAX_LINE,
  });
}

/** `url` is the bridge's MCP endpoint, e.g. `http://127.0.0.1:8000/mcp`. */
export function httpTransport(url: URL, key: string | undefined): Transport {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  return new StreamableHTTPClientTransport(url, { requestInit: { headers } });
}

function onlySet(env: NodeJS.ProcessEnv): Record<string, string> {
  const set: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined) set[name] = value;
  return set;
}
