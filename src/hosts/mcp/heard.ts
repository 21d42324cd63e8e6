/**
 * The description that a host sends of itself is kept while it is attached, and shown in logs and tables. So only the
 * members that we use are kept: name, title, version and capabilities, each within limits.
 */
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  PROTOCOL_VERSION_META_KEY,
} from "@modelcontextprotocol/server";
import { copied } from "../../util/copied.ts";
import { EXTENSION } from "./sampling-stream.ts";

type Members = Readonly<Record<string, unknown>>;

const NAME_LENGTH = 200;
const REVISION_LENGTH = 40;
/** Characters of JSON. */
const CAPABILITIES_LENGTH = 16_384;
const CAPABILITY_LENGTH = 2048;

/**
 * The message with a reduced description. Hosts introduce themselves with `initialize` up to revision 2025-11-25, and
 * from 2026-07-28 on in the `_meta` of each request.
 */
export function heard(message: unknown): unknown {
  const { method, params } = members(message);
  const { _meta: meta, ...rest } = members(params);
  const envelope = envelopeOf(members(meta));
  if (method === "initialize") {
    const { protocolVersion, clientInfo, capabilities } = rest;
    return {
      ...members(message),
      params: {
        protocolVersion: short(protocolVersion, REVISION_LENGTH),
        clientInfo: identity(clientInfo),
        capabilities: abilities(capabilities),
        // With an envelope it is not a handshake, but a method that the modern era does not have.
        ...(envelope !== undefined && { _meta: envelope }),
      },
    };
  }
  if (typeof method !== "string" || envelope === undefined) return message;
  return { ...members(message), params: { ...rest, _meta: { ...members(meta), ...envelope } } };
}

const ENVELOPE: Readonly<Record<string, (said: unknown) => unknown>> = {
  [CLIENT_INFO_META_KEY]: identity,
  [CLIENT_CAPABILITIES_META_KEY]: abilities,
  [PROTOCOL_VERSION_META_KEY]: (said) => short(said, REVISION_LENGTH),
};

/** The introduction of the host in the metadata of a request, or `undefined`. */
function envelopeOf(meta: Members): Members | undefined {
  const said = Object.entries(ENVELOPE).filter(([key]) => key in meta);
  return said.length === 0
    ? undefined
    : Object.fromEntries(said.map(([key, hear]) => [key, hear(meta[key])]));
}

function members(value: unknown): Members {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : {};
}

/** The beginning of a text; another value is left unchanged for the SDK to refuse. */
function short(value: unknown, length: number): unknown {
  return typeof value === "string" ? copied(value, length) : null;
}

/** Icons and addresses, which the protocol also has, are not used here. */
function identity(info: unknown): unknown {
  const { name, title, version } = members(info);
  return {
    name: short(name, NAME_LENGTH),
    version: short(version, NAME_LENGTH),
    ...(typeof title === "string" && { title: short(title, NAME_LENGTH) }),
  };
}

/** All capabilities of a host, or only the relevant ones when they are too large. */
function abilities(capabilities: unknown): unknown {
  const all = members(capabilities);
  if (fits(all, CAPABILITIES_LENGTH)) return capabilities;
  const extension = (kind: string): Members => within(members(all[kind]), [EXTENSION]);
  return {
    ...within(all, ["sampling", "tasks", "elicitation", "roots"]),
    experimental: extension("experimental"),
    extensions: extension("extensions"),
  };
}

/** The small ones of these members. */
function within(all: Members, names: readonly string[]): Members {
  return Object.fromEntries(
    names.flatMap((name) => (name in all && fits(all[name], CAPABILITY_LENGTH) ? [[name, all[name]]] : [])),
  );
}

function fits(value: unknown, length: number): boolean {
  try {
    return (JSON.stringify(value) ?? "").length <= length;
  } catch {
    // It nests too deep to be serialised.
    return false;
  }
}
