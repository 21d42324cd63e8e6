/**
 * What a host says of itself is kept for as long as it is attached, and shown in logs and tables. So only what is used of it is
 * heard: a name, a title, a version, what it can do, each within bounds.
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
 * The message as it is to be handled. Hosts introduce themselves with `initialize` up to revision 2025-11-25, and from 2026-07-28
 * on in the `_meta` of each request.
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
        // With one it is no handshake, but a method that the modern era does not know.
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

/** What introduces the host in the metadata of a request; `undefined` when nothing there does. */
function envelopeOf(meta: Members): Members | undefined {
  const said = Object.entries(ENVELOPE).filter(([key]) => key in meta);
  return said.length === 0
    ? undefined
    : Object.fromEntries(said.map(([key, hear]) => [key, hear(meta[key])]));
}

function members(value: unknown): Members {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : {};
}

/** The beginning of a text; whatever is none is left to the SDK to refuse. */
function short(value: unknown, length: number): unknown {
  return typeof value === "string" ? copied(value, length) : null;
}

/** Icons and addresses, which the protocol knows as well, are of no use here. */
function identity(info: unknown): unknown {
  const { name, title, version } = members(info);
  return {
    name: short(name, NAME_LENGTH),
    version: short(version, NAME_LENGTH),
    ...(typeof title === "string" && { title: short(title, NAME_LENGTH) }),
  };
}

/** All that a host can do, or where that is too much to keep, what matters here. */
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

/** Of these members those that are small. */
function within(all: Members, names: readonly string[]): Members {
  return Object.fromEntries(
    names.flatMap((name) => (name in all && fits(all[name], CAPABILITY_LENGTH) ? [[name, all[name]]] : [])),
  );
}

function fits(value: unknown, length: number): boolean {
  try {
    return (JSON.stringify(value) ?? "").length <= length;
  } catch {
    // It nests deeper than it can be written.
    return false;
  }
}
