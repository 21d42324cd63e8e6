import type { ClientCapabilities, Implementation } from "@modelcontextprotocol/server";
import { BridgeError } from "../../turn/error.ts";
import type { TurnEvents } from "../../turn/event.ts";
import type { TurnRequest } from "../../turn/request.ts";
import { within } from "../../turn/within.ts";
import type { Consent, Host, HostInfo } from "../host.ts";
import { classify, JsonRpcFailure, safeLine } from "./failure.ts";
import type { Peer } from "./peer.ts";
import { push } from "./push.ts";
import { quirksOf, type Quirks } from "./quirks.ts";
import { decodeSampling, encodeSampling, type SamplingAnswer, type SamplingSettings } from "./sampling.ts";

export interface SessionOptions {
  readonly id: string;
  readonly peer: Peer;
  readonly clientInfo: Implementation;
  readonly capabilities: ClientCapabilities;
  /** Milliseconds a host may take for an answer; `Infinity` for no limit. */
  readonly timeoutMs: number;
  /** Milliseconds without a first answer after which we say that the host may be waiting for consent. */
  readonly consentHintMs: number;
  readonly settingsFor: (request: TurnRequest) => Omit<SamplingSettings, "contentArrays">;
}

/** Node's timers end at 2^31 - 1 ms; a task's time to live must be finite too. */
const DAY_MS = 86_400_000;

/** One live MCP connection to a host that pushes sampling requests at will (the legacy era). */
export class HostSession implements Host {
  readonly id: string;
  readonly #options: SessionOptions;
  readonly #quirks: Quirks;
  readonly #models: string[] = [];
  #consent: Consent = "unknown";
  #running = 0;

  constructor(options: SessionOptions) {
    this.id = options.id;
    this.#options = options;
    this.#quirks = quirksOf(options.clientInfo.name);
  }

  describe(): HostInfo {
    const { clientInfo, capabilities } = this.#options;
    const { images, maxTokens, temperature, stopSequences } = this.#quirks;
    return {
      id: this.id,
      name: clientInfo.title ?? clientInfo.name,
      version: clientInfo.version,
      canSample: capabilities.sampling !== undefined,
      consent: this.#consent,
      abilities: { deltas: false, tools: false, images, maxTokens, temperature, stopSequences },
      models: this.#models,
      running: this.#running,
    };
  }

  async *run(request: TurnRequest, signal: AbortSignal): TurnEvents {
    const began = performance.now();
    this.#running += 1;
    try {
      const answer = this.#sample(request, signal);
      // It may fail while nobody awaits it, when the client leaves during the wait below.
      answer.catch(() => undefined);
      if (this.#consent !== "granted" && (await within(answer, this.#options.consentHintMs)) === undefined) {
        this.#consent = "waiting";
        const elapsedMs = Math.round(performance.now() - began);
        yield { type: "turn-wait", reason: "consent", elapsedMs, message: this.#consentMessage() };
      }
      const { model, text, stopReason } = await answer;
      yield { type: "turn-start", model: model ?? request.model };
      if (text !== "") {
        yield { type: "text-start", id: "text" };
        yield { type: "text-delta", id: "text", text };
        yield { type: "text-end", id: "text" };
      }
      yield { type: "turn-end", stopReason, usage: { estimated: false } };
    } finally {
      this.#running -= 1;
    }
  }

  async #sample(request: TurnRequest, signal: AbortSignal): Promise<SamplingAnswer> {
    const { peer, capabilities, timeoutMs, settingsFor, clientInfo } = this.#options;
    const { contentArrays, cancelByNotification, errorText } = this.#quirks;
    const deadline = AbortSignal.timeout(Math.min(timeoutMs, 2 ** 31 - 1));
    try {
      const params = encodeSampling(request, { ...settingsFor(request), contentArrays });
      const result = await push(peer, params, {
        signal: timeoutMs === Infinity ? signal : AbortSignal.any([signal, deadline]),
        asTask: capabilities.tasks?.requests?.sampling?.createMessage !== undefined,
        cancelByNotification,
        taskTtl: Math.min(timeoutMs, DAY_MS),
      });
      const answer = decodeSampling(result);
      if (errorText?.test(answer.text) === true) throw new JsonRpcFailure(0, answer.text);
      this.#consent = "granted";
      if (answer.model !== undefined) this.#saw(answer.model);
      return answer;
    } catch (thrown) {
      if (thrown instanceof JsonRpcFailure) {
        const error = classify(thrown, clientInfo.name);
        if (error.code === "consent_denied") this.#consent = "denied";
        throw error;
      }
      if (thrown === deadline.reason) {
        throw new BridgeError(
          "host_timeout",
          `The MCP host (${safeLine(clientInfo.name)}) did not answer within ${timeoutMs / 1000} s.`,
        );
      }
      throw thrown;
    }
  }

  #saw(model: string): void {
    const index = this.#models.indexOf(model);
    if (index === 0) return;
    if (index > 0) this.#models.splice(index, 1);
    this.#models.unshift(model);
    this.#models.length = Math.min(this.#models.length, 100);
  }

  #consentMessage(): string {
    const hint = this.#quirks.consentHint ?? "look for a question in its window";
    return `waiting for the host (${safeLine(this.#options.clientInfo.name).slice(0, -1)}); if it asks for consent, ${hint}`;
  }
}
