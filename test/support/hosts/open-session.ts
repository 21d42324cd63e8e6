import { hookCodec } from "../../../src/hosts/mcp/era-servers.ts";
import { connect, type ConnectOptions } from "../../../src/hosts/mcp/server.ts";
import { HostSession, type SessionOptions } from "../../../src/hosts/mcp/session.ts";
import type { ScriptedHost, ScriptedHostOptions } from "./scripted-host.ts";
import { streamPair } from "../bridge/stream-pair.ts";

export interface OpenConnection {
  readonly host: ScriptedHost;
  readonly warnings: string[];
  /** The session, from the end of the handshake on. */
  readonly session: Promise<HostSession>;
  /** Settles when the server side has noticed that the host is gone. */
  readonly gone: Promise<void>;
  /** As the stopping bridge does. */
  readonly stop: () => void;
}

/** Serves a scripted host as the bridge does, without the rest of the bridge; the handshake is the test's. */
export async function openConnection(
  options: ScriptedHostOptions = {},
  session: Partial<SessionOptions> = {},
  connection: Partial<ConnectOptions> = {},
): Promise<OpenConnection> {
  const { transport, host } = streamPair(options);
  const warnings: string[] = [];
  const stopping = new AbortController();
  let onClosed!: () => void;
  const gone = new Promise<void>((resolve) => {
    onClosed = resolve;
  });
  let opened!: (session: HostSession) => void;
  const ready = new Promise<HostSession>((resolve) => {
    opened = resolve;
  });
  await connect({
    transport,
    version: "0.0.0",
    tools: {
      status: async () => "the status",
      summary: () => "the summary",
      hookProgressMs: 10_000,
      stopping: stopping.signal,
    },
    era: "auto",
    timeoutMs: session.timeoutMs ?? 60_000,
    codec: hookCodec(),
    attach: (introduction, carrier) => {
      opened(
        new HostSession({
          transport: "stdio",
          id: "host-1",
          carrier,
          ...introduction,
          timeoutMs: 60_000,
          consentHintMs: 60_000,
          settingsFor: () => ({
            hints: [],
            defaultMaxTokens: 8192,
            priorities: { intelligence: undefined, speed: undefined, cost: undefined },
          }),
          ...session,
        }),
      );
      return () => undefined;
    },
    onClosed,
    onWarning: (message) => warnings.push(message),
    ...connection,
  });
  return { host, warnings, session: ready, gone, stop: () => stopping.abort() };
}

/** A session after the handshake. */
export async function openSession(
  options: ScriptedHostOptions = {},
  session: Partial<SessionOptions> = {},
): Promise<Omit<OpenConnection, "session"> & { readonly session: HostSession }> {
  const connection = await openConnection(options, session);
  await connection.host.initialize();
  return { ...connection, session: await connection.session };
}
