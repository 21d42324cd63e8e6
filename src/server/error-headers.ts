import type { BridgeError } from "../turn/error.ts";

/** The headers of an error response, from which clients know whether and when to retry. */
export function errorHeaders(error: BridgeError, status: number): Record<string, string> {
  const { retryable, retryAfter } = error;
  return {
    "x-mcp-bridge": "error",
    "x-should-retry": String(retryable),
    ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
    ...(status === 401 && { "www-authenticate": 'Bearer realm="mcp-token-bridge"' }),
  };
}
