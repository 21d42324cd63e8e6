import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import type { AppEnv } from "./app.ts";

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly maxConnections: number;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Stops accepting, gives running requests `drainMs` milliseconds, then cuts what is left. */
  close(drainMs: number): Promise<void>;
}

/** Serves the app on a socket. Rejects with the system's error, e.g. EADDRINUSE. */
export function listen(app: Hono<AppEnv>, options: ListenOptions): Promise<Listener> {
  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 60_000,
      keepAliveTimeout: 65_000,
      // Node looks for slow clients only every 30 s otherwise.
      connectionsCheckingInterval: 1000,
    },
    getRequestListener(app.fetch, { overrideGlobalObjects: false }),
  );
  server.maxConnections = options.maxConnections;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: options.host, port: options.port }, () => {
      server.removeListener("error", reject);
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : options.port;
      resolve({ host: options.host, port, close: (drainMs) => close(server, drainMs) });
    });
  });
}

function close(server: Server, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), drainMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
