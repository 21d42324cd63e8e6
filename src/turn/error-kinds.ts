/**
 * The errors, in one table: what each code means, its HTTP status, and whether a retry can help.
 * The dialects derive their bodies from it, `docs/errors.md` is generated from it, and a test holds them together.
 */

export interface ErrorKind {
  /** Status unless a dialect overrides it. */
  readonly status: number;
  /** Whether a client may usefully send the same request again. */
  readonly retryable: boolean;
  /** Seconds to wait before trying again, sent as `Retry-After`. */
  readonly retryAfter?: number;
  /** What happened, for the documentation. */
  readonly meaning: string;
  /** What the person should do. */
  readonly remedy: string;
}

export const ERROR_KINDS = {
  invalid_request: {
    status: 400,
    retryable: false,
    meaning:
      "The request is not valid JSON or does not have the form of this API, or the host's model does not accept it.",
    remedy: "Correct the field that the message names.",
  },
  unsupported_feature: {
    status: 400,
    retryable: false,
    meaning: "The request asks for something the bridge cannot do and must not ignore.",
    remedy: "Leave out the feature that the message names.",
  },
  context_too_long: {
    status: 400,
    retryable: false,
    meaning: "The host's model refused the prompt because it is too long.",
    remedy: "Shorten or compact the conversation.",
  },
  unauthorized: {
    status: 401,
    retryable: false,
    meaning: "The bridge requires a key, and the request has no valid one.",
    remedy:
      "Send one of the configured keys as `Authorization: Bearer KEY`, `x-api-key: KEY` or `x-goog-api-key: KEY`.",
  },
  // Not 401: clients would discard a key that is valid.
  keys_unusable: {
    status: 503,
    retryable: false,
    meaning:
      "The file with the keys made by `mcptb keys add` is damaged or missing, so no key can be checked.",
    remedy: "Read the bridge's log, which says what is wrong with the file, and run `mcptb keys list`.",
  },
  outside_scope: {
    status: 403,
    retryable: false,
    meaning: "The key may not be used for this API or this host.",
    remedy:
      "Use one of the values in the message, or ask the person who runs the bridge for a key with more rights.",
  },
  origin_refused: {
    status: 403,
    retryable: false,
    meaning: "The Host or Origin header names an address that is not allowed here.",
    remedy: "Use a loopback address, or name it with --allowed-hosts or --allowed-origins.",
  },
  forbidden: {
    status: 403,
    retryable: false,
    meaning: "The request concerns the whole bridge, and the key is not an operator key.",
    remedy: "Send one of the keys of --operator-key, or one of `mcptb keys add NAME --operator`.",
  },
  // Not 403: clients would report a wrong key and hide our message.
  consent_denied: {
    status: 400,
    retryable: false,
    meaning:
      "The person at the host, the host's settings, or the person who runs the bridge (--client-consent) refused to lend the model.",
    remedy:
      "Read the message: it says who refused. If it was the host, allow sampling for this server there and send a new message; for a minute the bridge repeats the host's refusal without asking again.",
  },
  // As above. Not retryable: the lender would be asked again and again.
  consent_timeout: {
    status: 400,
    retryable: false,
    meaning: "Requests need the lender's permission first (--client-consent), and nobody answered in time.",
    remedy:
      "Ask the person who runs the bridge to answer: on its page, with `mcptb approvals` or in VS Code. --consent-timeout sets how long a request waits.",
  },
  not_found: {
    status: 404,
    retryable: false,
    meaning: "Unknown path, host or stored answer.",
    remedy: "Read the message; docs/quick-reference.md lists the paths.",
  },
  model_not_found: {
    status: 404,
    retryable: false,
    meaning:
      "The model is unknown (with --strict-models, or to the host's model service), or the key may not use it.",
    remedy: "Use a name from GET /v1/models, or map this name to a model with --model-alias.",
  },
  method_not_allowed: {
    status: 405,
    retryable: false,
    meaning: "The path exists, but not for this HTTP method.",
    remedy: "Use the method in the Allow header.",
  },
  payload_too_large: {
    status: 413,
    retryable: false,
    meaning: "The request is larger than the bridge, or the host's connection, accepts.",
    remedy: "Send less, or raise --body-limit-mb.",
  },
  unsupported_media_type: {
    status: 415,
    retryable: false,
    meaning: "The body is compressed or is not JSON.",
    remedy: "Send plain JSON with `content-type: application/json`.",
  },
  websocket_not_supported: {
    status: 426,
    retryable: false,
    meaning: "The request asks for a WebSocket, and this path is served over HTTP only.",
    remedy: "Send the request with POST; clients that try a WebSocket first do that by themselves.",
  },
  queue_full: {
    status: 429,
    retryable: true,
    retryAfter: 5,
    meaning: "More requests are waiting than the bridge holds.",
    remedy: "Send fewer requests at once, or raise --max-queued.",
  },
  key_rate_limited: {
    status: 429,
    retryable: true,
    retryAfter: 5,
    meaning: "The key has reached its limit for one minute.",
    remedy: "Wait until the time in the message, or ask the person who runs the bridge for a higher limit.",
  },
  // Not retryable: clients would wait without showing anything.
  key_quota_exhausted: {
    status: 429,
    retryable: false,
    meaning: "The key has reached its limit for one day, or this one request asks for more than the limit.",
    remedy:
      "Wait until the time in the message, ask for fewer tokens, or ask the person who runs the bridge for a higher limit.",
  },
  host_rate_limited: {
    status: 429,
    retryable: true,
    retryAfter: 30,
    meaning: "The host's model service is limiting its rate.",
    remedy: "Wait, or choose another model in the host.",
  },
  host_quota_exhausted: {
    status: 429,
    retryable: false,
    meaning: "The host's account has used up its quota.",
    remedy: "Wait for the quota to renew, or choose another model in the host.",
  },
  cancelled_by_operator: {
    status: 503,
    retryable: false,
    meaning: "The person who runs the bridge has ended this one request.",
    remedy: "Ask them before you send it again.",
  },
  client_left: {
    status: 499,
    retryable: false,
    meaning:
      "The client closed the connection before its answer was complete. Seen in logs and metrics only.",
    remedy: "Nothing, if it was intended; otherwise raise the client's own time limit.",
  },
  internal: {
    status: 500,
    retryable: false,
    meaning: "A bug in the bridge.",
    remedy: "Report it with the request id and the bridge's log.",
  },
  host_failed: {
    status: 502,
    retryable: false,
    meaning:
      "The host answered with an error, or with something that is not a sampling result. A failure that may be temporary (network, overload, or unknown) is worth one retry; when the same request fails again within a minute, it is not.",
    remedy: "Read the message; look at the host's own log.",
  },
  host_unauthorized: {
    status: 502,
    retryable: false,
    meaning: "The service of the host's model does not accept the host's account or key.",
    remedy: "Sign in again in the host, or correct the key that it uses.",
  },
  host_gone: {
    status: 502,
    retryable: false,
    meaning: "The connection to the host ended while the request was waiting.",
    remedy: "Start the server again in the host, then send the request again.",
  },
  // Not retryable: agents would retry for minutes before they show the person what to do.
  no_host: {
    status: 503,
    retryable: false,
    meaning: "No MCP host is attached.",
    remedy:
      "Start this MCP server in your host (in VS Code: MCP: List Servers > Start). `mcptb doctor` checks it.",
  },
  host_cannot_sample: {
    status: 503,
    retryable: false,
    meaning: "The attached MCP host does not support sampling.",
    remedy: "Use a host with sampling, such as VS Code with Copilot or `mcptb demo`.",
  },
  queue_timeout: {
    status: 503,
    retryable: true,
    retryAfter: 10,
    meaning: "The request waited too long for a free slot at the host.",
    remedy: "Send fewer requests at once, or raise --max-concurrent or --queue-timeout-ms.",
  },
  bodies_full: {
    status: 503,
    retryable: true,
    retryAfter: 5,
    meaning: "The bodies of all current requests together use as much memory as they may.",
    remedy: "Send fewer large requests at once, or raise --body-budget-mb.",
  },
  shutting_down: {
    status: 503,
    retryable: true,
    retryAfter: 5,
    meaning: "The bridge is stopping.",
    remedy: "Send the request again when it is back.",
  },
  // Not retryable: agents would retry for minutes without showing anything.
  stopped: {
    status: 503,
    retryable: false,
    meaning: "The person who runs the bridge has stopped it with `mcptb stop`.",
    remedy: "Ask that person; `mcptb resume` continues.",
  },
  host_timeout: {
    status: 504,
    retryable: false,
    meaning: "The host did not answer within --http-timeout.",
    remedy: "Check whether the host waits for consent; raise --http-timeout.",
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_KINDS;
