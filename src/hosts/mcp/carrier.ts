import type { Honours } from "../../turn/abilities.ts";
import type { KeepPlace } from "../host.ts";
import type { Params } from "./peer.ts";

export interface SendOptions {
  readonly signal: AbortSignal;
  /** Gets the deltas that the host sends while its model writes, in order and before the answer; deltas are requested only when it is given. */
  readonly onProgress?: ((params: Params) => void) | undefined;
  /** Called when the signal ends a request that cannot be cancelled at the host. */
  readonly onAbandoned?: KeepPlace | undefined;
}

/** How sampling requests reach a host and its answers come back: one implementation for each era of the protocol. */
export interface Carrier {
  /** Whether a sent request can be cancelled. */
  readonly cancel: Honours;
  /** Whether failures and refusals come back. */
  readonly errors: boolean;
  /** Requests that the host can run at once, including running ones; `undefined` where it has no limit. */
  readonly slots: number | undefined;
  /**
   * Sends the params of one `sampling/createMessage` and resolves with the raw result.
   *
   * @throws JsonRpcFailure the host's error; BridgeError when it cannot be sent or the connection ends; the signal's
   *   reason.
   */
  send(params: Params, options: SendOptions): Promise<unknown>;
}
