/**
 * What two of our processes say to each other over a relay: the one that has hosts lends them, the other, which serves
 * clients, borrows. Each message is one JSON text. docs/several-windows.md has the order of messages in words.
 */
import * as z from "zod";
import { hostInfo } from "../host.ts";
import { failure } from "../../turn/failure.ts";
import type { Immutable } from "../../util/shape.ts";

/** The WebSocket subprotocol; its number changes with the form of any message. */
export const RELAY_PROTOCOL = "mcptb-relay.1";

/** The path under which a bridge accepts relays. */
export const RELAY_PATH = "/relay";

/** What one message may be: bytes, and the values in it. A request may be as large as a client's, an answer is far smaller. */
export interface MessageBounds {
  readonly bytes: number;
  readonly values: number;
}
export const LENDER_TAKES: MessageBounds = { bytes: 64 * 1_048_576, values: 2_000_000 };
export const BORROWER_TAKES: MessageBounds = { bytes: 16 * 1_048_576, values: 10_000 };

/** What a turn's events may take before their reader has asked for more, in characters of their messages. */
export const WINDOW = 262_144;

/** Hosts that one connection may lend. */
export const MAX_HOSTS = 64;

/** What is told of a host; how it is reached is for the borrower to say. */
export const lentInfo = hostInfo.omit({ transport: true });
export type LentInfo = Immutable<z.output<typeof lentInfo>>;

/** A number that the borrower gives each turn, greater than those before in this connection. */
const id = z.int().nonnegative();
const hostId = hostInfo.shape.id;

export const toLender = z.discriminatedUnion("type", [
  /** The request is read apart: one that has a fault ends its turn, not the connection. */
  z.object({ type: z.literal("run"), id, host: hostId, request: z.unknown() }),
  /** The reader has taken events of this many characters. */
  z.object({ type: z.literal("credit"), id, size: z.int().nonnegative() }),
  z.object({ type: z.literal("cancel"), id }),
]);
export type ToLender = z.output<typeof toLender>;

export const toBorrower = z.discriminatedUnion("type", [
  /** A host that is lent from here on, or what has changed about it. */
  z.object({ type: z.literal("host"), info: lentInfo }),
  z.object({ type: z.literal("host-gone"), host: hostId }),
  /** Like a request, an event that has a fault ends its turn alone. */
  z.object({ type: z.literal("event"), id, event: z.unknown() }),
  /** The turn is over; with an error it has failed. */
  z.object({ type: z.literal("end"), id, error: failure.exactOptional() }),
]);
export type ToBorrower = z.output<typeof toBorrower>;
