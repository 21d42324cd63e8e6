/** Answers malformed HTTP requests, at which Node's parser gives up before there is a request that the app could answer. */
import { STATUS_CODES, type IncomingHttpHeaders } from "node:http";
import type { Duplex } from "node:stream";
import type { Dialect } from "../dialects/dialect.ts";
import { BridgeError } from "../turn/error.ts";
import { dialectFor } from "./dialect-for.ts";
import { errorHeaders } from "./error-headers.ts";
import { parseTarget } from "./target.ts";

/** Node's error (`clientError`). */
export interface ParseFailure {
  readonly code?: string;
  /** The bytes at which the parser gave up. */
  readonly rawPacket?: Buffer;
}

export interface MalformedReply {
  readonly status: number;
  readonly dialect: Dialect;
  readonly error: BridgeError;
}

/** Time for the client to read the response. */
const LINGER_MS = 1000;

const KNOWN: Readonly<Record<string, readonly [status: number, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, "The request's headers are too large."],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, "The chunk extensions of the request are too large."],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "The request was not complete in time."],
  CONNECT: [405, "The bridge is not a proxy."],
};

/** The response, in the dialect of the request's path where it can be recognised. */
export function replyToMalformed(failure: ParseFailure, dialects: readonly Dialect[]): MalformedReply {
  const [status, message] = KNOWN[failure.code ?? ""] ?? [400, "This is not a well-formed HTTP request."];
  const head = failure.rawPacket?.toString("latin1", 0, 16_384) ?? "";
  const url = /^[A-Z]+ (\S+)/.exec(head)?.[1] ?? "/";
  const names = Array.from(head.matchAll(/^([\w-]+):/gm), ([, name = ""]) => [name.toLowerCase(), ""]);
  return {
    status,
    dialect: dialectFor(parseTarget(url), Object.fromEntries(names) as IncomingHttpHeaders, dialects),
    error: new BridgeError(status === 405 ? "method_not_allowed" : "invalid_request", message),
  };
}

/** Writes the response and closes the connection. */
export function sendMalformed(socket: Duplex, reply: MalformedReply, requestId: string): void {
  const { status, dialect, error } = reply;
  const body = JSON.stringify(dialect.error(error, requestId).body);
  const headers = {
    ...errorHeaders(error, status),
    [dialect.requestIdHeader]: requestId,
    "content-type": "application/json; charset=utf-8",
    "content-length": String(Buffer.byteLength(body)),
    connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on("error", () => undefined);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines.join("")}\r\n${body}`);
  // Later bytes of the client are read and dropped, so that a reset does not overtake the response.
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
