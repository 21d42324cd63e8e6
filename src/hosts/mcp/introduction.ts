/** How a host introduces itself: once in the legacy era, with every request in the modern one. */
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  PROTOCOL_VERSION_META_KEY,
  type ClientCapabilities,
  type Implementation,
} from "@modelcontextprotocol/server";
import * as z from "zod";

/** The introduction of a host. */
export interface Introduction {
  readonly clientInfo: Implementation;
  readonly capabilities: ClientCapabilities;
  /** The negotiated MCP revision. */
  readonly revision: string;
}

export const UNKNOWN: Implementation = { name: "unknown", version: "" };

const MODERN = "2026-07-28";
const clientInfo = z.looseObject({ name: z.string(), version: z.string().catch("") }).catch(UNKNOWN);
const capabilities = z.record(z.string(), z.unknown()).catch({});
const revision = z.string().catch(MODERN);

/** From the `_meta` of a request of the modern era (MCP 2026-07-28, Basic, Request metadata). */
export function introductionOf(meta: Readonly<Record<string, unknown>>): Introduction {
  return {
    clientInfo: clientInfo.parse(meta[CLIENT_INFO_META_KEY]),
    capabilities: capabilities.parse(meta[CLIENT_CAPABILITIES_META_KEY]),
    revision: revision.parse(meta[PROTOCOL_VERSION_META_KEY]),
  };
}
