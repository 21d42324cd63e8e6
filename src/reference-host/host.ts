/** A small MCP host of our own: it starts a bridge as any host does, over stdio, and lends it a model. */
import {
  Client,
  type CreateMessageRequestParams,
  type CreateMessageResult,
} from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { VERSION } from "../version.ts";

export const REFERENCE_HOST = "mcptb-demo";

/** Answers carry whole texts; the SDK closes the connection at a longer line. */
const MAX_LINE = 64 * 1_048_576;

/** What the host lends. The signal ends it when the bridge cancels the request. */
export type Model = (
  params: CreateMessageRequestParams,
  signal: AbortSignal,
) => Promise<CreateMessageResult> | CreateMessageResult;

export interface ReferenceHostOptions {
  /** The bridge's command line. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly model: Model;
}

export interface ReferenceHost {
  /** Settles when the bridge has gone, asked or not. */
  readonly closed: Promise<void>;
  /** Ends the bridge as the MCP specification says: closes its stdin, and kills it only if it stays. */
  close(): Promise<void>;
}

/** Starts the bridge and finishes the handshake with it; the bridge logs to our stderr. */
export async function startReferenceHost(options: ReferenceHostOptions): Promise<ReferenceHost> {
  const client = new Client({ name: REFERENCE_HOST, version: VERSION }, { capabilities: { sampling: {} } });
  client.setRequestHandler("sampling/createMessage", (request, context) =>
    options.model(request.params, context.mcpReq.signal),
  );
  const closed = new Promise<void>((resolve) => {
    client.onclose = resolve;
  });
  await client.connect(
    new StdioClientTransport({
      command: options.command,
      args: [...options.args],
      env: onlySet(options.env),
      stderr: "inherit",
      maxBufferSize: MAX_LINE,
    }),
  );
  return { closed, close: () => client.close() };
}

function onlySet(env: NodeJS.ProcessEnv): Record<string, string> {
  const set: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined) set[name] = value;
  return set;
}
