/** Hostile requests on connections that are kept as long as the bridge keeps them. */
import * as fc from "fast-check";
import { expect } from "vitest";
import { hostileRequest, type HostileRequest } from "../../support/data/hostile-requests.ts";
import { RawConnection, type RawReply } from "../../support/bridge/raw-http.ts";
import { fuzzed } from "./fuzzed.ts";

/** Requests sent at once. */
const AT_ONCE = 20;
/** Far beyond what any of them takes; one that is never answered fails here. */
const ANSWER_MS = 15_000;

/**
 * Sends so many requests to a bridge whose host answers; rejects with the seed at the first that is not answered as it should be.
 * `defect` is the last line of the log that tells of one.
 */
export async function fuzzRequests(
  url: string,
  runs: number,
  defect: () => string | undefined,
): Promise<void> {
  const kept: RawConnection[] = [];
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.array(hostileRequest, { minLength: AT_ONCE, maxLength: AT_ONCE }),
        async (requests) => {
          const replies = await Promise.all(requests.map((request) => send(url, kept, request)));
          requests.forEach((request, index) => checkOne(request, replies[index] ?? "closed", defect()));
        },
      ),
      fuzzed("requests", Math.ceil(runs / AT_ONCE)),
    );
  } finally {
    for (const connection of kept) connection.cut();
  }
}

async function send(
  url: string,
  kept: RawConnection[],
  request: HostileRequest,
): Promise<RawReply | "closed"> {
  const connection = kept.pop() ?? (await RawConnection.open(url));
  const timer = setTimeout(() => connection.cut(), ANSWER_MS);
  try {
    connection.send(request.bytes);
    if (request.cutShort) connection.socket.end();
    let reply = await connection.reply(isHead(request));
    if (reply.status === 100) reply = await connection.reply(isHead(request));
    if (request.cutShort || reply.headers["connection"] !== "keep-alive") connection.cut();
    else kept.push(connection);
    return reply;
  } catch (error) {
    // A client that ends before its request is complete may find the connection closed.
    if (request.cutShort && !connection.socket.destroyed) return "closed";
    if (request.cutShort && (await connection.closed) !== undefined) return "closed";
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

const isHead = ({ bytes }: HostileRequest): boolean => bytes.toString("latin1", 0, 5) === "HEAD ";

/** Google's has a status in the place of a type. */
interface ErrorSeen {
  readonly message: string;
  readonly type?: string;
  readonly status?: string;
  readonly code?: string | number | null;
}

function check(request: HostileRequest, reply: RawReply | "closed"): void {
  if (reply === "closed") return;
  const { status, headers, body } = reply;
  expect(status).toBeGreaterThanOrEqual(200);
  // The host answers the same whatever it is asked: a tool call or a form that was demanded is its failure.
  if (status === 502) expect(body).toMatch(/"(?:message|error)":"The model's (?:answer|tool call) /);
  else expect(status).toBeLessThan(500);
  if (isHead(request) || status === 204) return;
  if (status < 300) {
    if (headers["content-type"]?.startsWith("text/event-stream") === true) expect(body).toMatch(/\n\n$/);
    return;
  }
  expect(headers["content-type"]).toMatch(/^application\/json/);
  const {
    error: stated,
    type,
    code,
  } = JSON.parse(body) as {
    type?: string;
    code?: string;
    error: ErrorSeen | string;
  };
  // Ollama's is a sentence, with our code beside it.
  const error: ErrorSeen =
    typeof stated === "string"
      ? { message: stated, ...(code !== undefined && { type: code, code }) }
      : stated;
  expect(error.message).not.toBe("");
  expect(error.message.length).toBeLessThan(1000);
  expect(error.type ?? error.status?.toLowerCase()).toMatch(/^[a-z_]+$/);
  if (request.anthropic !== undefined) expect(type).toBe(request.anthropic ? "error" : undefined);
  if (type !== "error") expect(error).toHaveProperty("code");
}

/** With the request in the message: the whole counterexample would be many pages. */
function checkOne(request: HostileRequest, reply: RawReply | "closed", defect: string | undefined): void {
  try {
    check(request, reply);
  } catch (error) {
    const sent = JSON.stringify(request.bytes.toString("latin1", 0, 1500));
    const got = JSON.stringify(reply).slice(0, 1500);
    throw new Error(`Sent ${sent}\nGot ${got}\n${String(error)}\nLogged ${defect}`, { cause: error });
  }
}
