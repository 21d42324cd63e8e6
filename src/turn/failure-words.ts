/**
 * Classifies a failure without a code by the host's error text. Hosts pass on what their model's service said, or what failed on the
 * way to it, most of them under the one code "internal error".
 */
import type { ErrorCode } from "./error-kinds.ts";

export interface FailureKind {
  readonly code: ErrorCode;
  /** It may be temporary. */
  readonly transient: boolean;
}

/** Characters looked at. */
const LOOKED_AT = 2000;

const MAY_PASS =
  // Bound: the characters looked at.
  /\b(?:E(?:CONN[A-Z]{3,10}|TIMEDOUT|PIPE|AI_AGAIN|NETUNREACH|HOSTUNREACH|NOTFOUND)|UND_ERR_[A-Z_]{3,30}|ERR_(?:NETWORK|INTERNET|CONNECTION|NAME|TIMED)[A-Z_]{0,30})\b|socket hang up|fetch failed|\bnetwork\b|overloaded|time[d-]? ?out\b|temporar|unavailable|connection (?:was )?(?:reset|closed|refused|lost|error)|bad gateway|internal server error/i;

const LASTING: readonly (readonly [RegExp, ErrorCode])[] = [
  [
    /\bunauthori[sz]ed\b|\bunauthenticated\b|\bforbidden\b|\bnot (?:signed|logged) in\b|\b(?:sign|log) ?in (?:again|to|first)\b|\bauthentication (?:failed|required|error)\b|\baccept the key\b/i,
    "host_unauthorized",
  ],
  [
    // Bound: the characters looked at.
    /\b(?:invalid|incorrect|expired|missing)\b.{0,20}(?:api.?key|access.?token|\btoken\b|credential)|(?:api.?key|access.?token|credentials?)\b.{0,30}\b(?:invalid|incorrect|expired|missing|not valid)\b|invalid_api_key/i,
    "host_unauthorized",
  ],
  [/\bbilling\b|payment required/i, "host_quota_exhausted"],
  [
    // Bound: the characters looked at.
    /\b(?:no such|unknown|invalid) model\b|\bmodel\b.{0,60}\b(?:not found|not exist)\b|model_not_found/i,
    "model_not_found",
  ],
  [
    /\bunsupported|not (?:yet )?supported|_not_supported|does(?: not|n't) support|not implemented/i,
    "unsupported_feature",
  ],
  [/content.?(?:filter|policy|management)|responsible.?ai|moderation|\bfiltered\b/i, "host_failed"],
  [
    // Bound: the characters looked at.
    /\b(?:invalid|malformed|illegal)\b.{0,30}\b(?:request|argument|param|parameter|body|schema|image|input|prompt|message|tool)s?\b|invalid_(?:request|argument|prompt)|bad request|accept the request|unprocessable|\bmust (?:be|have|contain|alternate|not)\b/i,
    "invalid_request",
  ],
];

/** How model services report a prompt that is too long. */
export const TOO_LONG =
  /token limit|context.?(?:length|window)|prompt is too long|maximum context|too many tokens/i;

/** How they report their limits. */
export const LIMITS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/rate.?limit|too many requests/i, "host_rate_limited"],
  [/quota|premium requests|insufficient credit/i, "host_quota_exhausted"],
];

/** The HTTP status of the model's service, where the text names one. */
const STATUS = /\b(?:status|code|error|failed|http|response)\b\D{0,12}\b([45]\d\d)\b/i;

const STATUS_KINDS: Readonly<Record<string, FailureKind>> = {
  401: { code: "host_unauthorized", transient: false },
  402: { code: "host_quota_exhausted", transient: false },
  403: { code: "host_unauthorized", transient: false },
  404: { code: "host_failed", transient: false },
  408: { code: "host_failed", transient: true },
  409: { code: "host_failed", transient: true },
  413: { code: "payload_too_large", transient: false },
  425: { code: "host_failed", transient: true },
  429: { code: "host_rate_limited", transient: false },
};

/** The kind of a failure by one line of text. An unknown failure counts as temporary. */
export function kindOfWords(line: string): FailureKind {
  const text = line.slice(0, LOOKED_AT);
  const status = STATUS.exec(text)?.[1] ?? "";
  if (MAY_PASS.test(text) || status.startsWith("5")) return { code: "host_failed", transient: true };
  const lasting = LASTING.find(([pattern]) => pattern.test(text))?.[1];
  if (lasting !== undefined) return { code: lasting, transient: false };
  if (status === "") return { code: "host_failed", transient: true };
  return STATUS_KINDS[status] ?? { code: "invalid_request", transient: false };
}
