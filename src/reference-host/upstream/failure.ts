/** What went wrong at an upstream, as a sentence with a next step. Pure functions. */
import * as z from "zod";
import type { FailureKind } from "../../hosts/mcp/sampling-stream.ts";
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

/** What an upstream says of an error. */
export interface Said {
  /** One sentence; empty when it gave no reason. */
  readonly message: string;
  /** Its words for the kind of error: codes, types, a status. */
  readonly kind: string;
  /** The field at fault, where it names one. */
  readonly param: string;
}

const word = z.union([z.string(), z.number()]).nullish().catch(undefined);
const words = z.looseObject({
  message: z.unknown().optional(),
  msg: z.unknown().optional(),
  detail: z.unknown().optional(),
  error: z.unknown().optional(),
  errors: z.unknown().optional(),
  metadata: z.looseObject({ raw: z.unknown().optional() }).nullish().catch(undefined),
  loc: z.array(z.unknown()).nullish().catch(undefined),
  code: word,
  type: word,
  status: word,
  param: z.string().nullish().catch(undefined),
});

const DEEPEST = 5;
const LONGEST = 400;
/** Characters of an error that are looked at for what it means. */
export const LOOKED_AT = 1000;

/** The error in a JSON value of any of the forms in which servers tell one; `undefined` when there is no text in it. */
export function saidIn(value: unknown, depth = 0): Said | undefined {
  if (depth > DEEPEST) return undefined;
  if (typeof value === "string") {
    const inner = /^\s*[{[]/.test(value) ? saidIn(parsed(value), depth + 1) : undefined;
    return inner ?? (value.trim() === "" ? undefined : { message: sentence(value), kind: "", param: "" });
  }
  if (Array.isArray(value)) return saidIn(value[0], depth + 1);
  const { data } = words.safeParse(value);
  if (data === undefined) return undefined;
  // OpenRouter wraps what its provider said.
  const inside = [data.metadata?.raw, data.error, data.errors, data.detail, data.message, data.msg];
  const found = inside.map((each) => saidIn(each, depth + 1)).find((each) => each !== undefined);
  const kind = [data.code, data.type, data.status].filter((each) => each !== null && each !== undefined);
  if (found === undefined && kind.length === 0) return undefined;
  return {
    message: found?.message ?? "",
    kind: [...kind, found?.kind ?? ""].join(" ").trim(),
    param: data.param ?? data.loc?.at(-1)?.toString() ?? found?.param ?? "",
  };
}

/** The error in the text of a body: JSON, plain text, or the title of a page. */
export function saidInText(text: string): Said {
  const said = saidIn(parsed(text));
  if (said !== undefined) return said;
  const plain = text.trim();
  const page = plain.startsWith("<")
    ? /<title>([^<]{1,400})<\/title>/i.exec(plain.slice(0, 4096))?.[1]
    : plain;
  const isJson = /^[{[]/.test(plain);
  return { message: page === undefined || isJson ? "" : sentence(page), kind: "", param: "" };
}

const TOO_LONG =
  /context.?(?:length|window|size)|maximum context|prompt is too long|too many tokens|(?:input|request|prompt) (?:is )?(?:too (?:long|large)|exceeds)|exceeds? the (?:available|maximum) (?:context|number of tokens|tokens)|input token count/i;
const QUOTA = /quota|billing|credit|insufficient.?balance|payment/i;
const RATE = /rate.?limit|too many requests|throttl|tpm|rpm/i;
const BUSY =
  /overloaded|over capacity|at capacity|server is busy|temporarily unavailable|insufficient_system_resource|try again later/i;
const KEY =
  // Bound: the characters looked at.
  /(?:invalid|incorrect|missing|no|expired|wrong).{0,20}(?:api|auth\w*|access).?(?:key|token)|authentication|unauthori[sz]ed|permission_(?:error|denied)/i;

/** What an error means; `status` is that of the reply, or what the error says itself in a reply that began well. */
export function meaningOf(
  { message, kind }: Said,
  status: number | undefined,
): { readonly kind: FailureKind; readonly head: string; readonly step: string } {
  const all = `${kind} ${message}`.slice(0, LOOKED_AT);
  const is = (...statuses: number[]): boolean => status !== undefined && statuses.includes(status);
  const vague = status === undefined || status < 400 || is(400, 403, 422, 500, 502, 503, 529);
  // Google says of any limit that it is a quota; what may be tried again in a moment is a rate.
  const passing = /retry in \d|try again in \d|per.?minute/i.test(message);
  if ((is(402, 403, 429) || vague) && QUOTA.test(all) && !passing) {
    return { kind: "host_quota_exhausted", head: "The upstream's quota is used up", step: "" };
  }
  if (is(413) || (TOO_LONG.test(all) && !is(401, 404, 429))) {
    return { kind: "context_too_long", head: "The prompt is too long for the model", step: "" };
  }
  if (is(401) || (is(403) && !BUSY.test(all)) || (vague && !is(500, 502, 503) && KEY.test(all))) {
    return { kind: "host_failed", head: "The upstream does not accept the key", step: " Check --key-env." };
  }
  if (is(429) || (vague && (RATE.test(all) || /RESOURCE_EXHAUSTED/.test(kind)))) {
    return { kind: "host_rate_limited", head: "The upstream's rate limit is reached", step: "" };
  }
  if (is(503, 529) || (vague && BUSY.test(all))) {
    return { kind: "host_rate_limited", head: "The upstream is overloaded", step: " Try again later." };
  }
  if (is(404)) {
    const step = " Check --model and --upstream.";
    return { kind: "host_failed", head: "The upstream has no such model or path", step };
  }
  const refuses = status !== undefined && status >= 400 && status < 500;
  const head = refuses ? "The upstream does not accept the request" : "The upstream failed";
  return { kind: "host_failed", head, step: "" };
}

export interface Refusal {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly said: Said;
}

/** What a reply that is an error means. */
export function refused({ status, retryAfter, said }: Refusal, endpoint: URL): UpstreamError {
  const { kind, head, step } = meaningOf(said, status < 400 ? statusIn(said) : status);
  const reason = said.message === "" ? "it gave no reason." : said.message;
  const seconds = retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? ` Try again in ${retryAfter} s.` : "";
  const when = kind === "host_rate_limited" ? seconds || step : step;
  return new UpstreamError(
    `${head}: ${reason} (status ${status} of ${endpoint.host})${when}`,
    undefined,
    kind,
  );
}

/** What an error in the middle of an answer means. */
export function brokenOff(said: Said): UpstreamError {
  const { kind, head } = meaningOf(said, statusIn(said));
  const reason = said.message === "" ? "no reason given" : said.message;
  const known = kind === "host_failed" ? "" : ` ${head}.`;
  return new UpstreamError(
    `The upstream failed in the middle of its answer: ${reason}${known}`,
    undefined,
    kind,
  );
}

function statusIn({ kind }: Said): number | undefined {
  const status = /\b[45]\d\d\b/.exec(kind)?.[0];
  return status === undefined ? undefined : Number(status);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function sentence(text: string): string {
  const line = text
    .slice(0, 8 * LONGEST)
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, LONGEST);
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
