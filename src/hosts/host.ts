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
  /** It takes how much to think, and gets its model's own reasoning back. */
  readonly reasoning: boolean;
  /** A turn that has been sent can be cancelled, so that the model stops. */
  readonly cancel: Honours;
  /** Failures and refusals are told; without it they show only as silence, until the deadline. */
  readonly errors: boolean;
}

/** How the bridge reaches a host: `embedded` in the same process, `relay` through another bridge. */
export type HostTransport = "stdio" | "http" | "relay" | "embedded";

/** Whether the person at the host has agreed to lend the model, as far as we have seen. */
export type Consent = "unknown" | "waiting" | "granted" | "denied";

export interface HostInfo {
  readonly id: string;
  /** A short name under which clients choose it, e.g. `vscode`; a pool makes it unique. */
  readonly label: string;
  /** The name and version the host gave itself. */
  readonly name: string;
  readonly version: string;
  readonly transport: HostTransport;
  /** The MCP revision spoken with it, e.g. `2025-11-25`; none for a host that is not reached over MCP. */
  readonly revision: string | undefined;
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
  /** Turns it has room for, running ones included; `undefined` where the host sets no bound. */
  readonly slots: number | undefined;
}

/**
 * Told of a host that works on after its turn has ended, because it cannot be cancelled: its place stays taken `until` then, so
 * that its person is not asked for ever more. The promise settles in bounded time and never rejects.
 */
export type KeepPlace = (until: Promise<void>) => void;

/** Someone who owns a model and lends it. */
export interface Host {
  readonly id: string;
  describe(): HostInfo;
  /**
   * Runs one turn. The signal ends it in every phase and cancels it at the host where that is possible. Failures are
   * thrown as `BridgeError`.
   */
  run(request: TurnRequest, signal: AbortSignal, keepPlace?: KeepPlace): TurnEvents;
}
