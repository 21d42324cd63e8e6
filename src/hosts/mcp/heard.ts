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
  if (method === "initialize") {
    const { protocolVersion, clientInfo, capabilities } = rest;
    return {
      ...members(message),
      params: {
        protocolVersion: short(protocolVersion, REVISION_LENGTH),
        clientInfo: identity(clientInfo),
        capabilities: abilities(capabilities),
      },
    };
  }
  const said = members(meta);
  if (typeof method !== "string" || !INTRODUCES.some((key) => key in said)) return message;
  const bounded = {
    ...said,
    ...(CLIENT_INFO_META_KEY in said && { [CLIENT_INFO_META_KEY]: identity(said[CLIENT_INFO_META_KEY]) }),
    ...(CLIENT_CAPABILITIES_META_KEY in said && {
      [CLIENT_CAPABILITIES_META_KEY]: abilities(said[CLIENT_CAPABILITIES_META_KEY]),
    }),
    ...(PROTOCOL_VERSION_META_KEY in said && {
      [PROTOCOL_VERSION_META_KEY]: short(said[PROTOCOL_VERSION_META_KEY], REVISION_LENGTH),
    }),
  };
  return { ...members(message), params: { ...rest, _meta: bounded } };
}

const INTRODUCES = [CLIENT_INFO_META_KEY, CLIENT_CAPABILITIES_META_KEY, PROTOCOL_VERSION_META_KEY];

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
