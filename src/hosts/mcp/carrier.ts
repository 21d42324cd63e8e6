import type { Honours } from "../../turn/abilities.ts";
import type { KeepPlace } from "../host.ts";
import type { Params } from "./peer.ts";

export interface SendOptions {
  readonly signal: AbortSignal;
  /** What the host reports while its model writes, in order and before the answer; asked for only where given. */
  readonly onProgress?: ((params: Params) => void) | undefined;
  /** Called when the signal ends a request that the host cannot be told to stop. */
  readonly onAbandoned?: KeepPlace | undefined;
}

/** How sampling requests reach a host and its answers come back. There is one for each era of the protocol. */
export interface Carrier {
  /** Whether a request that is out can be cancelled. */
  readonly cancel: Honours;
  /** Failures and refusals come back. */
  readonly errors: boolean;
  /** How many requests the host has room for, running ones included; `undefined` where it sets no bound. */
  readonly slots: number | undefined;
  /**
   * Sends the params of one `sampling/createMessage` and resolves with the result as it came.
   *
   * @throws JsonRpcFailure the host's error; BridgeError when it cannot be sent or the connection ends; the signal's
   *   reason.
   */
  send(params: Params, options: SendOptions): Promise<unknown>;
}
