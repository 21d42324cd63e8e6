import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Door } from "./app.ts";
import { Connections } from "./connections.ts";
import type { ParseFailure } from "./malformed.ts";

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly maxConnections: number;
  /** Milliseconds until the headers of a request must be complete. */
  readonly headersTimeoutMs?: number;
  /** Milliseconds until a request must be complete. */
  readonly requestTimeoutMs?: number;
  /** Called for each connection refused because there are too many. */
  readonly onDrop?: () => void;
  /** Called when the system refuses a connection, e.g. because there are too many open files. */
  readonly onError?: (error: Error) => void;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** The address for clients. */
  readonly url: string;
  /** Stops accepting and closes all connections. */
  close(): Promise<void>;
}

/** Serves the app on a socket. Rejects with the system's error, e.g. EADDRINUSE. */
export async function listen(app: Door, options: ListenOptions): Promise<Listener> {
  const { host, port, headersTimeoutMs = 10_000, requestTimeoutMs = 30_000 } = options;
  const server = createServer({
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    // Longer than the usual 60 s idle timeout of load balancers, so that they never write into a closing connection.
    keepAliveTimeout: 65_000,
    // By default Node checks for slow clients only every 30 s.
    connectionsCheckingInterval: Math.min(1000, headersTimeoutMs),
    maxHeaderSize: 16_384,
    // The app answers a missing Host in the client's dialect.
    requireHostHeader: false,
  });
  server.maxConnections = options.maxConnections;
  const connections = new Connections();
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    connections.of(incoming.socket).add(outgoing, () => app.serve(incoming, outgoing));
  };
  server.on("request", serve);
  // `100 Continue` is sent when the body is about to be read, after the guard.
  server.on("checkContinue", serve);
  server.on("checkExpectation", serve);
  server.on("upgrade", (incoming, socket, head) => {
    if (app.upgrade(incoming, socket, head)) return;
    const again = (): void => serveWithoutUpgrade(server, incoming, socket, head);
    const earlier = connections.of(incoming.socket).answers.at(-1);
    if (earlier === undefined) again();
    else earlier.once("close", again);
  });
  server.on("connect", (_request, socket) => app.refuse(socket, { code: "CONNECT" }));
  server.on("clientError", (error: ParseFailure, socket) => {
    // An error response now would be read as part of a response that has begun, or as the response to an earlier request.
    const { answers } = connections.of(socket as Socket);
    const inAnswer = answers.length > 1 || answers[0]?.headersSent === true;
    if (!socket.writable || inAnswer || error.code === "ECONNRESET") socket.destroy();
    else app.refuse(socket, error);
  });
  server.on("connection", (socket) => socket.setMaxListeners(0));
  server.on("drop", () => options.onDrop?.());
  server.listen({ host, port });
  await once(server, "listening");
  server.on("error", (error) => options.onError?.(error));
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  return {
    host,
    port: bound,
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    close: () => close(server),
  };
}

/**
 * Serves a request and ignores its upgrade (RFC 9110, section 7.8): Java's client asks for HTTP/2 in this way with
 * every first request. Node has taken the connection from its parser, so the request is passed in again without the
 * upgrade.
 */
function serveWithoutUpgrade(server: Server, incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${incoming.method} ${incoming.url} HTTP/${incoming.httpVersion}`];
  const { rawHeaders } = incoming;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = "", value = ""] = rawHeaders.slice(index, index + 2);
    if (name.toLowerCase() !== "upgrade") lines.push(`${name}: ${value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  server.emit("connection", socket);
}

async function close(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
