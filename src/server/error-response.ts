import type { Dialect } from "../dialects/dialect.ts";
import type { BridgeError } from "../turn/error.ts";

/** An error before the first byte: the dialect's body, and the headers that tell clients whether to ask again. */
export function errorResponse(dialect: Dialect, error: BridgeError, requestId: string): Response {
  const { status, body } = dialect.error(error, requestId);
  const { retryable, retryAfter } = error.kind;
  const headers = new Headers({
    "content-type": "application/json; charset=utf-8",
    [dialect.requestIdHeader]: requestId,
    "x-mcp-bridge": "error",
    "x-should-retry": String(retryable),
  });
  if (retryAfter !== undefined) headers.set("retry-after", String(retryAfter));
  if (status === 401) headers.set("www-authenticate", 'Bearer realm="mcp-token-bridge"');
  return new Response(JSON.stringify(body), { status, headers });
}
