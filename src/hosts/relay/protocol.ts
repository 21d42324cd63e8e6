/**
 * The messages between two of our processes over a relay: the process with hosts lends them, the other one, which
 * serves clients, borrows them. Each message is one JSON text. docs/several-windows.md describes the order of messages.
 */
import * as z from "zod";
import { hostInfo } from "../host.ts";
import { failure } from "../../turn/failure.ts";
import type { Immutable } from "../../util/shape.ts";

/** The WebSocket subprotocol; its number changes when any message changes. */
export const RELAY_PROTOCOL = "mcptb-relay.1";

/** The path under which a bridge accepts relays. */
export const RELAY_PATH = "/relay";

/** Limits of one message: bytes and JSON values. A request may be as large as a client's; an answer is far smaller. */
export interface MessageBounds {
  readonly bytes: number;
  readonly values: number;
}
export const LENDER_TAKES: MessageBounds = { bytes: 64 * 1_048_576, values: 2_000_000 };
export const BORROWER_TAKES: MessageBounds = { bytes: 16 * 1_048_576, values: 10_000 };

/** The flow control window of a turn: characters of event messages that may be sent before the reader asks for more. */
export const WINDOW = 262_144;

/** Maximum number of hosts of one connection. */
export const MAX_HOSTS = 64;

/** The description of a host without its `via`, which the borrower sets. */
export const lentInfo = hostInfo.omit({ transport: true });
export type LentInfo = Immutable<z.output<typeof lentInfo>>;

/** The number of a turn, given by the borrower and increasing within a connection. */
const id = z.int().nonnegative();
const hostId = hostInfo.shape.id;

export const toLender = z.discriminatedUnion("type", [
  /** The request is validated separately: an invalid one ends its turn, not the connection. */
  z.object({ type: z.literal("run"), id, host: hostId, request: z.unknown() }),
  /** The reader has read events of this many characters. */
  z.object({ type: z.literal("credit"), id, size: z.int().nonnegative() }),
  z.object({ type: z.literal("cancel"), id }),
]);
export type ToLender = z.output<typeof toLender>;

export const toBorrower = z.discriminatedUnion("type", [
  /** A newly lent host, or a change of one. */
  z.object({ type: z.literal("host"), info: lentInfo }),
  z.object({ type: z.literal("host-gone"), host: hostId }),
  /** Like a request, an invalid event ends only its turn. */
  z.object({ type: z.literal("event"), id, event: z.unknown() }),
  /** The end of a turn; with an error it has failed. */
  z.object({ type: z.literal("end"), id, error: failure.exactOptional() }),
]);
export type ToBorrower = z.output<typeof toBorrower>;
