/** Cross-origin requests of allowed web origins (Fetch standard, "CORS protocol"). */
import type { RequestScope } from "./request-scope.ts";

const EXPOSED =
  "request-id, retry-after, x-mcp-bridge, x-mcp-hints, x-mcp-host, x-mcp-model, x-mcp-notices, x-request-id, x-should-retry";

/** Whether a request is a preflight, with which a browser asks if a page may send the real one. It has no key. */
export function isPreflight(scope: RequestScope): boolean {
  return scope.method === "OPTIONS" && scope.headers.get("access-control-request-method") !== null;
}

/** Lets a page of this allowed origin read the response. */
export function allowOrigin(scope: RequestScope, origin: string): void {
  scope.outgoing.setHeader("access-control-allow-origin", origin);
  scope.outgoing.setHeader("access-control-expose-headers", EXPOSED);
  scope.outgoing.setHeader("vary", "Origin");
}

/** Answers a preflight of an origin that was named, with the methods that the route has. */
export function answerPreflight(scope: RequestScope, methods: readonly string[]): void {
  const { headers, outgoing } = scope;
  outgoing.setHeader("access-control-allow-methods", methods.join(", "));
  outgoing.setHeader(
    "access-control-allow-headers",
    headers.get("access-control-request-headers") ?? "authorization, content-type, x-api-key",
  );
  if (headers.get("access-control-request-private-network") === "true") {
    outgoing.setHeader("access-control-allow-private-network", "true");
  }
  outgoing.setHeader("access-control-max-age", "600");
  outgoing.writeHead(204).end();
}
