/**
 * What two of our processes say to each other over a relay: the one that has hosts lends them, the other, which serves
 * clients, borrows. Each message is one JSON text. docs/several-windows.md has the order of messages in words.
 */
import * as z from "zod";
import type { HostInfo } from "../host.ts";
import { turnEvent, turnRequest, wireError } from "./turn-schema.ts";

/** The WebSocket subprotocol; its number changes with the form of any message. */
export const RELAY_PROTOCOL = "mcptb-relay.1";

/** The path under which a bridge accepts relays. */
export const RELAY_PATH = "/relay";

/** Longest message, in bytes. */
export const MAX_MESSAGE = 64 * 1_048_576;

/** What a turn's events may take before their reader has asked for more, in characters of their messages. */
export const WINDOW = 262_144;

/** Hosts that one connection may lend. */
export const MAX_HOSTS = 64;

const name = z.string().max(500);
const honours = z.enum(["yes", "no", "unknown"]);
const count = z.int().nonnegative();

const hostInfo = z.object({
  id: name,
  label: name,
  name,
  version: name,
  revision: name.optional().default(undefined as never),
  canSample: z.boolean(),
  consent: z.enum(["unknown", "waiting", "granted", "denied"]),
  refusalEndsAll: z.boolean(),
  abilities: z.object({
    deltas: z.boolean(),
    tools: z.boolean(),
    images: honours,
    audio: honours,
    maxTokens: honours,
    temperature: honours,
    stopSequences: honours,
    reasoning: z.boolean().optional().default(false),
    cancel: honours,
    errors: z.boolean(),
  }),
  models: z.array(name).max(100),
  running: count,
  slots: count.optional().default(undefined as never),
}) satisfies z.ZodType<LentInfo>;

/** What is told of a host; how it is reached is for the borrower to say. */
export type LentInfo = Omit<HostInfo, "transport">;

/** A number that the borrower gives each turn, once in a connection. */
const id = count;

export const toLender = z.discriminatedUnion("type", [
  z.object({ type: z.literal("run"), id, host: name, request: turnRequest }),
  /** The reader has taken events of this many characters. */
  z.object({ type: z.literal("credit"), id, size: count }),
  z.object({ type: z.literal("cancel"), id }),
]);
export type ToLender = z.output<typeof toLender>;

export const toBorrower = z.discriminatedUnion("type", [
  /** A host that is lent from here on, or what has changed about it. */
  z.object({ type: z.literal("host"), info: hostInfo }),
  z.object({ type: z.literal("host-gone"), host: name }),
  z.object({ type: z.literal("event"), id, event: turnEvent }),
  /** The turn is over; with an error it has failed. */
  z.object({ type: z.literal("end"), id, error: wireError.exactOptional() }),
]);
export type ToBorrower = z.output<typeof toBorrower>;
