/** The bridge of this window: it leads on its port, or lends its models to the one that does. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import {
  ConfigError,
  createBridge,
  loadConfig,
  type Approvals,
  type Bridge,
  type Config,
  type Logger,
} from "../../src/index.ts";
import { leadOrFollow, type LeadingBridge, type StepDown } from "../../src/joining/lead-or-follow.ts";
import { CannotListen } from "../../src/joining/cannot-listen.ts";
import { clientUrl } from "../../src/joining/client-url.ts";
import type { Settings } from "./settings.ts";
import type { VsCodeHost } from "./vscode-host.ts";

/** `blocked`: something else has the port. `problem` says what, in every state that has one. */
export interface BridgeState {
  readonly role: "stopped" | "starting" | "leading" | "following" | "blocked" | "failed";
  readonly url: string;
  readonly problem?: string;
  /** Another port would help. */
  readonly needsPort?: true;
}

interface Running {
  readonly bridge: Bridge;
  readonly ended: AbortController;
  readonly opening: Promise<StepDown | undefined>;
}

export interface WindowBridgeParts {
  readonly host: VsCodeHost;
  readonly log: (config: Config) => Logger;
  readonly settings: () => Settings;
  /** The keys that clients and operators need; asked for only where they need one. */
  readonly keys: () => Promise<{ readonly client: string; readonly operator: string }>;
}

export class WindowBridge {
  readonly #parts: WindowBridgeParts;
  readonly #changed = new vscode.EventEmitter<void>();
  #state: BridgeState = { role: "stopped", url: "" };
  #running: Running | undefined;
  /** Starts and stops happen one after the other, in the order in which they were asked for. */
  #last: Promise<void> = Promise.resolve();

  constructor(parts: WindowBridgeParts) {
    this.#parts = parts;
  }

  get onChanged(): vscode.Event<void> {
    return this.#changed.event;
  }

  /** The requests that wait for permission at the bridge that runs. */
  get approvals(): Approvals | undefined {
    return this.#running?.bridge.approvals;
  }

  get state(): BridgeState {
    return this.#state;
  }

  /** Does nothing where it runs. */
  start(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#running === undefined) await this.#start();
    });
  }

  /** Resolves when the port is free and all requests have ended. */
  stop(): Promise<void> {
    return this.#inTurn(() => this.#stop());
  }

  /** With the settings as they are now, also where those before were wrong; does nothing where it was stopped. */
  restart(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state.role === "stopped") return;
      await this.#stop();
      await this.#start();
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(work, work);
    return this.#last;
  }

  async #start(): Promise<void> {
    const { host, settings, keys } = this.#parts;
    const { port, modelAlias, modelFamily, strictModels, requireKey, clientConsent, logLevel } = settings();
    const wanted = requireKey ? await keys() : undefined;
    let config: Config;
    try {
      config = loadConfig({
        flags: {
          port,
          modelAlias,
          modelFamily,
          strictModels,
          clientConsent,
          logLevel,
          ...(wanted !== undefined && { apiKey: wanted.client, operatorKey: wanted.operator }),
        },
        // Where the leader's file is, is the same for all bridges of this person.
        env: { MCPTB_STATE_DIR: process.env["MCPTB_STATE_DIR"] },
      });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#set({ role: "failed", url: clientUrl("127.0.0.1", port), problem: error.message });
      return;
    }
    const log = this.#parts.log(config);
    const url = clientUrl(config.host, port);
    const secret = randomBytes(32).toString("base64url");
    const ended = new AbortController();
    const bridge = createBridge(config, log, { relaySecret: secret });
    bridge.attach(host);
    bridge.approvals.watch(() => this.#changed.fire());
    this.#set({ role: "starting", url });
    const { signal } = ended;
    const options = { config, secret, log, signal, otherPort: "set mcpTokenBridge.port" };
    const opening = leadOrFollow(this.#watched(bridge, url, signal), options).catch((error: unknown) => {
      const problem = error instanceof Error ? error.message : String(error);
      log.error(problem);
      const needsPort = error instanceof CannotListen && { needsPort: true as const };
      this.#set({ role: "failed", url, problem, ...needsPort });
      return undefined;
    });
    this.#running = { bridge, ended, opening };
  }

  /** Sees what becomes of the bridge, on its way. */
  #watched(bridge: Bridge, url: string, signal: AbortSignal): LeadingBridge {
    const set = (state: BridgeState): void => {
      if (!signal.aborted) this.#set(state);
    };
    return {
      start: async () => {
        await bridge.start();
        set({ role: "leading", url });
      },
      lend: async (address, aborted) => {
        const lending = await bridge.lend(address, aborted);
        set({ role: "following", url: address.url });
        void lending.closed.then(() => set({ role: "starting", url }));
        return lending;
      },
      setUnavailable: (problem) => {
        bridge.setUnavailable(problem);
        set({ role: "blocked", url, problem, needsPort: true });
      },
    };
  }

  async #stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) {
      if (this.#state.role !== "stopped") this.#set({ role: "stopped", url: "" });
      return;
    }
    this.#running = undefined;
    running.ended.abort();
    try {
      await running.bridge.stop();
    } finally {
      const stepDown = await running.opening;
      await stepDown?.();
      this.#set({ role: "stopped", url: "" });
    }
  }

  #set(state: BridgeState): void {
    this.#state = state;
    this.#changed.fire();
  }
}
