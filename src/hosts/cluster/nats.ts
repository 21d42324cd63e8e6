/** The broker as NATS has it. Its client is loaded by who imports this, and by nobody else. */
import { readFile } from "node:fs/promises";
import {
  connect,
  createInbox,
  credsAuthenticator,
  type Msg,
  type NatsConnection,
} from "@nats-io/transport-node";
import { within } from "../../util/async.ts";
import { safeLine } from "../../util/safe-line.ts";
import type { Broker, BrokerMessage } from "./broker.ts";

/** A dead server is left for another one after two of these. */
const PING_MS = 3000;
const PINGS = 2;
const RECONNECT_MS = 250;
const LEAVES_WITHIN_MS = 500;
const NO_RESPONDERS = 503;

export interface NatsAddress {
  /** URLs of the servers of one cluster: `nats://`, `tls://`; the first may have a user and a password. */
  readonly servers: readonly string[];
  /** File with what shows who we are. */
  readonly creds: string | undefined;
  /** How the connection is called in the server's lists. */
  readonly name: string;
}

/** There is no connection to the broker; the message says why. */
export class BrokerRefused extends Error {
  override readonly name = "BrokerRefused";
}

export interface NatsBroker extends Broker {
  readonly version: string;
  /** Whether the server keeps streams. */
  readonly hasStreams: boolean;
  /** Resolves when the connection has ended and is not made again, with the reason. */
  readonly closed: Promise<string>;
  close(): Promise<void>;
}

/** @throws BrokerRefused */
export async function connectNats({ servers, creds, name }: NatsAddress): Promise<NatsBroker> {
  const urls = servers.map(urlOf);
  const [first] = urls;
  const user = first === undefined || first.username === "" ? undefined : decodeURIComponent(first.username);
  let connection: NatsConnection;
  try {
    const credentials = creds === undefined ? undefined : await readFile(creds);
    connection = await connect({
      servers: urls.map(({ host }) => host),
      name,
      ...(urls.some(({ protocol }) => protocol === "tls:") && { tls: {} }),
      ...(credentials !== undefined && { authenticator: credsAuthenticator(credentials) }),
      ...(user !== undefined && { user, pass: decodeURIComponent(first?.password ?? "") }),
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_MS,
      reconnectJitter: RECONNECT_MS,
      pingInterval: PING_MS,
      maxPingOut: PINGS,
      noEcho: true,
    });
  } catch (error) {
    throw new BrokerRefused(wordsOf(error));
  }
  return brokerOf(connection);
}

function brokerOf(connection: NatsConnection): NatsBroker {
  const listeners = new Set<() => void>();
  let isConnected = true;
  const watch = async (): Promise<void> => {
    for await (const { type } of connection.status()) {
      if (type === "disconnect") isConnected = false;
      if (type !== "reconnect") continue;
      isConnected = true;
      for (const listener of listeners) listener();
    }
  };
  void watch();
  const info = connection.info;
  return {
    version: info?.version ?? "",
    hasStreams: info?.jetstream === true,
    closed: connection.closed().then((error) => {
      isConnected = false;
      return error instanceof Error ? wordsOf(error) : "it was closed";
    }),
    get maxPayload() {
      return connection.info?.max_payload ?? 0;
    },
    get isConnected() {
      return isConnected;
    },
    publish(subject, data, reply) {
      // After its end nothing is sent.
      if (!connection.isClosed()) connection.publish(subject, data, reply === undefined ? {} : { reply });
    },
    subscribe(subject, onMessage) {
      if (connection.isClosed()) return () => undefined;
      const subscription = connection.subscribe(subject, {
        callback(error, message) {
          if (error === null) onMessage(messageOf(message));
        },
      });
      return () => subscription.unsubscribe();
    },
    onReconnect(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    inbox: () => createInbox(),
    async close() {
      // What was published last is to leave.
      await within(connection.flush(), LEAVES_WITHIN_MS).catch(() => undefined);
      await connection.close();
    },
  };
}

function messageOf({ subject, data, reply, headers }: Msg): BrokerMessage {
  const nobodyListens = data.length === 0 && headers?.code === NO_RESPONDERS;
  return { subject, data, reply: reply === "" ? undefined : reply, nobodyListens };
}

/** @throws BrokerRefused */
function urlOf(text: string): URL {
  const url = /^[a-z]+:\/\//i.test(text) ? text : `nats://${text}`;
  if (!URL.canParse(url) || !/^(?:nats|tls):$/.test(new URL(url).protocol)) {
    throw new BrokerRefused(
      `${JSON.stringify(text.slice(0, 200))} is not the address of a NATS server; give one such as nats://broker.example:4222`,
    );
  }
  return new URL(url);
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return "it cannot be reached";
  const { code } = error as NodeJS.ErrnoException;
  return safeLine(code === undefined ? error.message : `${code}: ${error.message}`, 200);
}
