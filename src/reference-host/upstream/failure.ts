/** What went wrong at an upstream, as a sentence with a next step. Pure functions. */
import * as z from "zod";
import { parseObject } from "../../turn/json-object.ts";
import { UpstreamError } from "./upstream.ts";

/** Where the servers that people run themselves listen by default. */
const USUAL_PORTS: Readonly<Record<string, string>> = {
  "11434": "Ollama",
  "1234": "LM Studio",
  "8080": "llama.cpp",
  "8000": "vLLM",
};

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: "has no such host name",
  EAI_AGAIN: "could not be looked up",
  ECONNRESET: "closed the connection",
  UND_ERR_SOCKET: "closed the connection",
  UND_ERR_HEADERS_TIMEOUT: "did not answer in time",
  UND_ERR_BODY_TIMEOUT: "fell silent in the middle of its answer",
};

/** What `fetch` or the reading of its body has thrown. */
export function unreachable(thrown: unknown, endpoint: URL): UpstreamError {
  const cause: unknown = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
  const { code = "" } = (cause ?? {}) as { readonly code?: string };
  const { host, port } = endpoint;
  if (code === "ECONNREFUSED") {
    const server = USUAL_PORTS[port] ?? "it";
    return new UpstreamError(`Nothing answers at ${host}: is ${server} running there?`, { cause });
  }
  const reason = REASONS[code] ?? `cannot be reached${code === "" ? "" : ` (${code})`}`;
  return new UpstreamError(`The upstream ${host} ${reason}.`, { cause });
}

/** The forms in which servers tell an error. */
const body = z.looseObject({
  error: z
    .union([
      z.string(),
      z.looseObject({ message: z.string(), code: z.unknown().optional(), type: z.unknown().optional() }),
    ])
    .optional(),
  message: z.string().optional(),
});

const TOO_LONG =
  /context.?(?:length|window|size)|maximum context|prompt is too long|too many tokens|input is too long/i;

export interface Refusal {
  readonly status: number;
  readonly retryAfter: string | null;
  /** The body as text. */
  readonly text: string;
}

/** What an answer with another status than 200 means. */
export function refused({ status, retryAfter, text }: Refusal, endpoint: URL): UpstreamError {
  const { message, kind } = said(text);
  const tail = `${message} (status ${status} of ${endpoint.host})`;
  if (status === 401 || status === 403) {
    return new UpstreamError(`The upstream does not accept the key: ${tail} Check --key-env.`);
  }
  if (/quota|billing|credit/i.test(`${kind} ${message}`) && [402, 403, 429].includes(status)) {
    return new UpstreamError(`The upstream's quota is used up: ${tail}`);
  }
  if (status === 429) {
    const when = retryAfter === null ? "" : ` Try again in ${retryAfter} s.`;
    return new UpstreamError(`The upstream's rate limit is reached: ${tail}${when}`);
  }
  if (status < 500 && (TOO_LONG.test(message) || kind.includes("context_length"))) {
    return new UpstreamError(`The prompt is too long for the model: ${tail}`);
  }
  if (status === 404) {
    return new UpstreamError(`The upstream has no such model or path: ${tail} Check --model and --upstream.`);
  }
  return new UpstreamError(
    status < 500 ? `The upstream does not accept the request: ${tail}` : `The upstream failed: ${tail}`,
  );
}

function said(text: string): { readonly message: string; readonly kind: string } {
  const { error, message = "it gave no reason" } = body.safeParse(parseObject(text)).data ?? {};
  if (typeof error !== "object") return { message: sentence(error ?? message), kind: "" };
  return { message: sentence(error.message), kind: `${String(error.code)} ${String(error.type)}` };
}

function sentence(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim().slice(0, 400);
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
