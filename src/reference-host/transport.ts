/** How our host reaches a bridge: it starts one over stdio, or attaches to one that runs over HTTP. */
import { StreamableHTTPClientTransport, type Transport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { LineSplitter } from "../hosts/mcp/lines.ts";

/** Answers carry whole texts; the SDK closes the connection at a longer line. */
const MAX_LINE = 64 * 1_048_576;

const MAX_LOG_LINE = 65_536;

export interface BridgeCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Takes each line of its log; without it they go to our stderr. */
  readonly onLog?: ((line: string) => void) | undefined;
}

/** Starts the bridge when the host connects. */
export function stdioTransport({ command, args, env, onLog }: BridgeCommand): Transport {
  const transport = new StdioClientTransport({
    command,
    args: [...args],
    env: onlySet(env),
    stderr: onLog === undefined ? "inherit" : "pipe",
    maxBufferSize: MAX_LINE,
  });
  if (onLog !== undefined) {
    const lines = new LineSplitter(MAX_LOG_LINE, {
      onLine: onLog,
      onDropped: (ends) => onLog(`${ends.split("\n", 1)[0]}…`),
    });
    transport.stderr?.on("data", (chunk: Buffer) => lines.push(chunk));
  }
  return transport;
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
