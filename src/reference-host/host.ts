/** A small MCP host of our own: it connects to a bridge as any host does and lends it a model. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  Client,
  type CreateMessageRequestParams,
  ProtocolError,
  StreamableHTTPClientTransport,
  type Transport,
} from "@modelcontextprotocol/client";
import { ASKED_BY } from "../hosts/mcp/asked-by.ts";
import { EXTENSION, OFFER } from "../hosts/mcp/sampling-stream.ts";
import { traceContext } from "../turn/trace.ts";
import { VERSION } from "../util/package.ts";
import { DeltaSender } from "./delta-sender.ts";
import { LendingError, type Model } from "./model.ts";

export interface ReferenceHostOptions {
  /** How it introduces itself. */
  readonly name: string;
  readonly transport: Transport;
  readonly model: Model;
  /** Declares our streaming extension. */
  readonly streams: boolean;
  /** Declares sampling with tools. */
  readonly tools: boolean;
  /** Wants to be told who asks, for its person. */
  readonly wantsAskedBy?: boolean;
  /** The revision spoken: the newest with requests from the server, or 2026-07-28. */
  readonly era: "legacy" | "modern";
  /** Milliseconds between looks whether a bridge that is reached over HTTP is still there; a process tells by itself. */
  readonly probeMs?: number;
}

export interface ReferenceHost {
  /** Settles when the bridge has gone, asked or not. */
  readonly closed: Promise<void>;
  /** Ends a bridge that it started as the MCP specification says: closes its stdin, and kills it only if it stays. */
  close(): Promise<void>;
}

const MODERN = "2026-07-28";
const PROBE_TIMEOUT_MS = 10_000;

/** Finishes the handshake and lends the model from then on. */
export async function startReferenceHost(options: ReferenceHostOptions): Promise<ReferenceHost> {
  const { name, transport, model, streams, tools, wantsAskedBy = false, era, probeMs } = options;
  const own = {
    ...(streams && { [EXTENSION]: OFFER }),
    ...(wantsAskedBy && { [ASKED_BY]: {} }),
  };
  const client = new Client(
    { name, version: VERSION },
    {
      capabilities: {
        sampling: tools ? { tools: {} } : {},
        ...(Object.keys(own).length > 0 && (era === "legacy" ? { experimental: own } : { extensions: own })),
      },
      ...(era === "modern" && { versionNegotiation: { mode: { pin: MODERN } } }),
    },
  );
  client.setRequestHandler("sampling/createMessage", async (request, context) => {
    const params: CreateMessageRequestParams = request.params;
    const { signal, _meta: meta } = context.mcpReq;
    const sender = new DeltaSender(client, { ...params, _meta: meta }, signal);
    try {
      const trace = traceContext.safeParse(meta).data;
      const answer = await model({ params, trace, signal, emit: (delta) => sender.emit(delta) });
      await sender.flush();
      return answer;
    } catch (thrown) {
      if (!(thrown instanceof LendingError)) throw thrown;
      const { code, message } = thrown;
      if (era === "modern") await sender.emit({ type: "error", code, message });
      await sender.flush();
      throw new ProtocolError(code, message);
    }
  });
  const over = new AbortController();
  const closed = new Promise<void>((resolve) => {
    over.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  client.onclose = () => over.abort();
  await client.connect(transport);
  if (era === "modern") {
    // A host of this era is known by its first request; the calls of the hook go out behind it.
    await client.listTools();
    keepHooksOpen(client, over.signal);
  }
  if (probeMs !== undefined) void untilLost(client, probeMs, over);
  return {
    closed,
    async close() {
      if (transport instanceof StreamableHTTPClientTransport && !over.signal.aborted) {
        await transport.terminateSession().catch(() => undefined);
      }
      await client.close();
    },
  };
}

async function untilLost(client: Client, everyMs: number, over: AbortController): Promise<void> {
  const { signal } = over;
  try {
    for (;;) {
      await sleep(everyMs, undefined, { signal });
      await client.listTools(undefined, { timeout: PROBE_TIMEOUT_MS, signal });
    }
  } catch {
    over.abort();
  }
}

/** How many requests are served at once in the modern era. */
const HOOKS = 4;
/** The bridge ends a call by itself; this is for one that has died in silence. */
const CALL_TIMEOUT_MS = 4_000_000;
/** After a call that failed; one that ended in good order is made again at once. */
const PAUSE_MS = 1000;

/**
 * Keeps calls of the bridge's tool `hook` open until the signal: in the modern era sampling requests come as questions
 * within them, which the SDK passes to the sampling handler.
 */
function keepHooksOpen(client: Client, signal: AbortSignal): void {
  for (let index = 0; index < HOOKS; index += 1) void keepOpen(client, signal);
}

async function keepOpen(client: Client, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await client.callTool({ name: "hook", arguments: {} }, { timeout: CALL_TIMEOUT_MS, signal });
    } catch {
      // A request that failed or was refused ends its call; its own handler has told why.
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
