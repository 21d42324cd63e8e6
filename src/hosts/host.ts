import type { TurnEvents } from "../turn/event.ts";
import type { TurnRequest } from "../turn/request.ts";

/** What a host does with the parts of a request. `unknown`: it may or may not honour it. */
export type Honours = "yes" | "no" | "unknown";

export interface HostAbilities {
  /** Pieces of the answer arrive while the model writes. */
  readonly deltas: boolean;
  /** Tools, calls and results travel natively. */
  readonly tools: boolean;
  readonly images: Honours;
  readonly audio: Honours;
  readonly maxTokens: Honours;
  readonly temperature: Honours;
  readonly stopSequences: Honours;
}

/** Whether the person at the host has agreed to lend the model, as far as we have seen. */
export type Consent = "unknown" | "waiting" | "granted" | "denied";

export interface HostInfo {
  readonly id: string;
  /** The name and version the host gave itself. */
  readonly name: string;
  readonly version: string;
  /** False when the host does not offer sampling at all. */
  readonly canSample: boolean;
  readonly consent: Consent;
  /** True where one question to the person covers every turn that waits: a refusal then ends them all. */
  readonly refusalEndsAll: boolean;
  readonly abilities: HostAbilities;
  /** Models that have answered, latest first. */
  readonly models: readonly string[];
  /** Turns running at the host. */
  readonly running: number;
}

/** Someone who owns a model and lends it. */
export interface Host {
  readonly id: string;
  describe(): HostInfo;
  /**
   * Runs one turn. The signal ends it in every phase and cancels it at the host where that is possible. Failures are
   * thrown as `BridgeError`.
   */
  run(request: TurnRequest, signal: AbortSignal): TurnEvents;
}
