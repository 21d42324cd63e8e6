/** The ways in which a request can fail, and what each client must then show. */
import type { HostBehaviour } from "./host-behaviour.ts";
import type { Call } from "./python-clients.ts";

export interface Failure {
  readonly name: string;
  /** Undefined: no host attaches. */
  readonly host?: HostBehaviour;
  readonly args?: readonly string[];
  /** A number that the bridge refuses, for the failure that lies in the request. */
  readonly maxTokens?: number;
  /** What happens while the requests wait. */
  readonly incident?: "host dies" | "queue full";
  /** Our own words, which must reach the person. */
  readonly text: RegExp;
  /** See `statusAt`. */
  readonly status: number;
  /** Streams have begun by then, so that they are told inside the stream and not by the status. */
  readonly late?: true;
  /** How often the host is asked for each request of a person. */
  readonly asks: 0 | 1;
}

/** Google's clients ask again after most codes; so only what is worth it has one of those there. */
export function statusAt(dialect: Call["dialect"], { status }: Failure): number {
  return dialect === "gemini" && status !== 429 ? 400 : status;
}

/** What the whole project exists to end: a stream that is none, iterated all the same. */
export const NONE_TYPE_FAILURE = /requires an object with __aiter__|got NoneType|'NoneType' object/;

const REFUSED = /was refused at the MCP host \(scripted-host\)/;
const GONE = /The connection to the MCP host ended before it answered/;
// In words that say it will not pass by itself: what may have passed is asked for once more.
const FIRE = "The engine caught fire (content filter)";
const FAILED = /The MCP host \(scripted-host\) failed: The engine caught fire/;

export const FAILURES: readonly Failure[] = [
  {
    name: "no host is attached",
    text: /No MCP host is attached/,
    status: 503,
    asks: 0,
  },
  {
    name: "the person refuses (-1)",
    host: { kind: "error", code: -1, message: "User rejected sampling request" },
    text: REFUSED,
    status: 400,
    asks: 1,
  },
  {
    name: "the person refuses as in VS Code (-32000)",
    host: { kind: "error", code: -32_000, message: "The user has denied permission to call this method." },
    text: REFUSED,
    status: 400,
    asks: 1,
  },
  {
    name: "the person refuses when the stream has begun",
    host: { kind: "error", code: -1, message: "User rejected sampling request", afterMs: 1500 },
    args: ["--peek-ms", "50"],
    text: REFUSED,
    status: 400,
    late: true,
    asks: 1,
  },
  {
    name: "the host fails",
    host: { kind: "error", code: -32_603, message: FIRE },
    text: FAILED,
    status: 502,
    asks: 1,
  },
  {
    name: "the host fails when the stream has begun",
    host: { kind: "error", code: -32_603, message: FIRE, afterMs: 1500 },
    args: ["--peek-ms", "50"],
    text: FAILED,
    status: 502,
    late: true,
    asks: 1,
  },
  {
    name: "the host does not answer in time",
    host: { kind: "wait" },
    args: ["--http-timeout", "2", "--peek-ms", "10000"],
    text: /did not answer within 2 s/,
    status: 504,
    asks: 1,
  },
  {
    name: "the request is not valid",
    host: { kind: "answer", text: "never seen" },
    maxTokens: -1,
    text: /max_tokens|options\.temperature|maxOutputTokens/,
    status: 400,
    asks: 0,
  },
  {
    name: "the host dies before the first byte",
    host: { kind: "wait" },
    args: ["--peek-ms", "60000"],
    incident: "host dies",
    text: GONE,
    status: 502,
    asks: 1,
  },
  {
    name: "the host dies when the stream has begun",
    host: { kind: "wait" },
    args: ["--peek-ms", "1"],
    incident: "host dies",
    text: GONE,
    status: 502,
    late: true,
    asks: 1,
  },
  {
    name: "the queue is full",
    host: { kind: "wait" },
    args: ["--max-concurrent", "1", "--max-queued", "1"],
    incident: "queue full",
    text: /The bridge is busy: 1 requests are already waiting/,
    status: 429,
    asks: 0,
  },
];
