/** What a hostile input is, as data: `cases/*.ts` hold them by area, and two runners send them. */
import type { JsonObject, Script } from "../support/hosts/sampling-call.ts";
import type { SpawnedBridge } from "../support/processes/spawned-bridge.ts";

export interface HostileBody {
  readonly path: string;
  /** The bytes of the body. */
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What must come back. */
export interface Expected {
  readonly status: number | readonly number[];
  /** Fits the body of the answer: an error's message, the text of an answer. */
  readonly body?: RegExp;
}

interface Common {
  /** What is hostile about it, unique among all cases. */
  readonly name: string;
  /**
   * The largest size tried, in a unit of the case's own; the time at its half and its quarter is measured too. As large as the bounds
   * of the bridge let in, or so large that quadratic work would take seconds.
   */
  readonly size: number;
  /** The size is a matter of its own, and what comes back holds for it alone: no other one is tried. */
  readonly fixed?: true;
  /** The size for `npm test`; by default a sixty-fourth of one that is not fixed. */
  readonly small?: number;
  /** `text` (the default): sampling without tools; `native`: with tools; `streaming`: with pieces while the model writes. */
  readonly host?: "text" | "native" | "streaming";
  /** Further settings of the bridge. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What the host does when it is asked; by default it answers "Hello from the host." */
  readonly script?: (size: number) => Script;
  /** MiB that the process may take at its peak beyond what it had before; by default 512. */
  readonly memoryMb?: number;
  /** The attack ends the host's connection, so a neighbour at that host is told so. */
  readonly hostLeaves?: boolean;
}

/** One HTTP request. */
export interface RequestCase extends Common {
  readonly request: (size: number) => HostileBody;
  readonly comes: Expected;
}

/** Anything else: several requests, raw bytes, a host's lines, a relay. It throws when the wrong thing comes back. */
export interface ActCase extends Common {
  readonly act: (bridge: Target, size: number) => Promise<void>;
}

export type LimitCase = RequestCase | ActCase;

export interface Target extends Pick<SpawnedBridge, "child" | "host" | "log"> {
  readonly url: string;
}

/** A body for `/v1/chat/completions`; the members given replace the usual ones. */
export function chat(members: JsonObject): HostileBody {
  return body("/v1/chat/completions", { messages: [{ role: "user", content: "Hello?" }], ...members });
}

/** A body for `/v1/messages`. */
export function messages(members: JsonObject): HostileBody {
  return body("/v1/messages", {
    max_tokens: 1_000_000,
    messages: [{ role: "user", content: "Hello?" }],
    ...members,
  });
}

/** A body for `/v1/responses`. */
export function responses(members: JsonObject): HostileBody {
  return body("/v1/responses", { input: "Hello?", ...members });
}

/** A body for `/v1beta/models/auto:generateContent`. */
export function gemini(members: JsonObject): HostileBody {
  return {
    path: "/v1beta/models/auto:generateContent",
    body: JSON.stringify({ contents: [{ role: "user", parts: [{ text: "Hello?" }] }], ...members }),
  };
}

/** A body for `/api/chat`. */
export function ollama(members: JsonObject): HostileBody {
  return body("/api/chat", { messages: [{ role: "user", content: "Hello?" }], ...members });
}

/** A body from JSON text that no serialiser would write. */
export function raw(path: string, text: string): HostileBody {
  return { path, body: text };
}

function body(path: string, members: JsonObject): HostileBody {
  return { path, body: JSON.stringify({ model: "auto", ...members }) };
}

export async function send(url: string, { path, body: text, headers }: HostileBody): Promise<Reply> {
  const response = await fetch(`${url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: text,
  });
  return { status: response.status, body: await response.text() };
}

export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** @throws when it is not what must come back; the message has the beginning of what came. */
export function checkReply(reply: Reply, { status, body: pattern }: Expected): void {
  const fits = [status].flat().includes(reply.status) && (pattern === undefined || pattern.test(reply.body));
  if (fits) return;
  const wanted = `${[status].flat().join(" or ")}${pattern === undefined ? "" : ` with ${String(pattern)}`}`;
  throw new Error(`Wanted ${wanted}, got ${reply.status}: ${reply.body.slice(0, 600)}`);
}
