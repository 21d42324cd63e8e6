import { CLIENT_INFO_META_KEY } from "@modelcontextprotocol/server";

/** The name of the host that asks with `server/discover` what we speak (MCP 2026-07-28, Versioning). */
export function discoveringHost(message: unknown): string | undefined {
  const { method, params } = (message ?? {}) as {
    method?: unknown;
    params?: { _meta?: Readonly<Record<string, unknown>> };
  };
  if (method !== "server/discover") return undefined;
  const info = params?._meta?.[CLIENT_INFO_META_KEY] as { name?: unknown } | undefined;
  return typeof info?.name === "string" ? info.name : undefined;
}
