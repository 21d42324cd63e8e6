import type { ClientCapabilities, Implementation } from "@modelcontextprotocol/server";
import { BridgeError } from "../../turn/error.ts";
import { copied } from "../../util/copied.ts";
import type { TurnEvents } from "../../turn/event.ts";
import type { TurnRequest } from "../../turn/request.ts";
import { within } from "../../util/async.ts";
import type { Consent, Host, HostInfo, HostTransport, KeepPlace } from "../host.ts";
import { askedByMetadata, wantsAskedBy } from "./asked-by.ts";
import { answerEvents } from "./streamed.ts";
import { deadline } from "./deadline.ts";
import { Deltas } from "./deltas.ts";
import { classify, JsonRpcFailure } from "./failure.ts";
import type { Carrier, SendOptions } from "./carrier.ts";
import { withMeta, type Params } from "./peer.ts";
import { labelOf, quirksOf, type Quirks } from "./quirks.ts";
import { safeName } from "../../util/safe-line.ts";
import { encodeSampling, type HostTakes, type SamplingSettings } from "./sampling-params.ts";
import { decodeSampling, type SamplingAnswer } from "./sampling-result.ts";
import { declaresReasoning, declaresStream, decodeDeltas } from "./sampling-stream.ts";

export interface SessionOptions {
  readonly id: string;
  readonly carrier: Carrier;
  readonly clientInfo: Implementation;
  readonly capabilities: ClientCapabilities;
  readonly transport: HostTransport;
  /** The window of an editor that has started us, if one has. */
  readonly window?: string | undefined;
  /** The MCP revision of the connection, e.g. `2025-11-25`. */
  readonly revision: string;
  /** Milliseconds for a host to answer; `Infinity` for no limit. */
  readonly timeoutMs: number;
  /** Milliseconds without a first answer after which we report that the host may be waiting for consent. */
  readonly consentHintMs: number;
  readonly settingsFor: (request: TurnRequest) => Omit<SamplingSettings, "takes">;
}

/** The first revision in which a message may have several content blocks. */
const ARRAYS_SINCE = "2025-11-25";
/** The first revision with audio. */
const AUDIO_SINCE = "2025-03-26";
const MODELS_KEPT = 100;
const MODEL_LENGTH = 200;

/** The part of a host's description that is constant, and used for each turn. */
type Fixed = Omit<HostInfo, "consent" | "models" | "running" | "slots">;

/** One live MCP connection to a host. */
export class HostSession implements Host {
  readonly id: string;
  readonly #options: SessionOptions;
  readonly #quirks: Quirks;
  readonly #name: string;
  readonly #version: string;
  readonly #streams: boolean;
  readonly #takes: HostTakes;
  readonly #wantsAskedBy: boolean;
  readonly #fixed: Fixed;
  readonly #models: string[] = [];
  #verdict: "unknown" | "granted" | "denied" = "unknown";
  #running = 0;
  /** Turns that wait so long that the host may be asking for consent. */
  #waiting = 0;
  /** Ends all turns that began before the person's decision was known. */
  readonly #undecided = new Set<(error: Error) => void>();

  constructor(options: SessionOptions) {
    const { id, clientInfo, capabilities } = options;
    this.id = id;
    this.#options = options;
    this.#quirks = quirksOf(clientInfo.name);
    this.#name = safeName(clientInfo.title ?? clientInfo.name);
    this.#version = safeName(clientInfo.version, "");
    this.#streams = declaresStream(capabilities);
    const { contentArrays } = this.#quirks;
    this.#takes = {
      // Hosts without tools often use types in which content is one block.
      contentArrays:
        options.revision >= ARRAYS_SINCE &&
        (contentArrays === "yes" || (contentArrays !== "no" && capabilities.sampling?.tools !== undefined)),
      // The bridge stops at them in any case, and strict hosts refuse the field.
      stopSequences: this.#streams || this.#quirks.stopSequences === "yes",
      temperature: this.#quirks.temperature !== "no",
      modelPreferences: this.#quirks.modelPreferences !== "no",
      reasoning: declaresReasoning(capabilities),
    };
    this.#wantsAskedBy = wantsAskedBy(capabilities);
    this.#fixed = this.#introduced();
  }

  describe(): HostInfo {
    return {
      ...this.#fixed,
      consent: this.#consent,
      models: this.#models,
      running: this.#running,
      slots: this.#options.carrier.slots,
    };
  }

  #introduced(): Fixed {
    const { clientInfo, capabilities, revision, carrier, window } = this.#options;
    const { images, audio, maxTokens, temperature, stopSequences } = this.#quirks;
    return {
      id: this.id,
      label: labelOf(this.#quirks.label ?? clientInfo.name),
      name: this.#name,
      version: this.#version,
      transport: this.#options.transport,
      ...(window !== undefined && { window }),
      revision,
      canSample: capabilities.sampling !== undefined,
      refusalEndsAll: this.#quirks.refusalEndsAll,
      abilities: {
        deltas: this.#streams,
        tools: capabilities.sampling?.tools !== undefined,
        images,
        audio: revision < AUDIO_SINCE ? "no" : audio,
        maxTokens,
        temperature,
        stopSequences,
        reasoning: this.#takes.reasoning,
        cancel: carrier.cancel,
        errors: carrier.errors || this.#streams,
      },
    };
  }

  async *run(request: TurnRequest, signal: AbortSignal, keepPlace?: KeepPlace): TurnEvents {
    const { timeoutMs, consentHintMs } = this.#options;
    const began = performance.now();
    const deltas = new Deltas();
    const limit = deadline(signal, timeoutMs, () => this.#timedOut());
    let waiting = false;
    this.#running += 1;
    if (this.#verdict !== "granted") this.#undecided.add(limit.abort);
    try {
      const answer = this.#sample(request, { signal: limit.signal, onAbandoned: keepPlace }, deltas).finally(
        () => {
          this.#running -= 1;
          deltas.end();
        },
      );
      // It may fail while it is not awaited, when the client leaves during the wait below.
      answer.catch(() => undefined);
      if (this.#verdict !== "granted" && (await within(deltas.ready(), consentHintMs)) === undefined) {
        waiting = true;
        this.#waiting += 1;
        const elapsedMs = Math.round(performance.now() - began);
        yield { type: "turn-wait", reason: "consent", elapsedMs, message: this.#consentMessage() };
      }
      yield* answerEvents(answer, deltas, this.#models[0] ?? request.model);
    } finally {
      if (waiting) this.#waiting -= 1;
      this.#undecided.delete(limit.abort);
      limit.end();
    }
  }

  async #sample(request: TurnRequest, options: SendOptions, deltas: Deltas): Promise<SamplingAnswer> {
    const { carrier, settingsFor } = this.#options;
    const { errorText } = this.#quirks;
    try {
      const settings = { ...settingsFor(request), takes: this.#takes };
      const result = await carrier.send(this.#signed(encodeSampling(request, settings), request), {
        ...options,
        onProgress: this.#streams ? (params) => this.#onProgress(params, deltas) : undefined,
      });
      const answer = decodeSampling(result);
      if (errorText?.test(answer.text) === true) {
        throw new JsonRpcFailure(0, answer.text, "sampling/createMessage");
      }
      this.#verdict = "granted";
      if (answer.model !== undefined) this.#saw(answer.model);
      return answer;
    } catch (thrown) {
      if (!(thrown instanceof JsonRpcFailure)) throw thrown;
      const error = classify(thrown, { name: this.#name, refusalStep: this.#quirks.refusalStep });
      if (error.code === "consent_denied") this.#refused(error);
      throw error;
    }
  }

  /** The params with who asks, for a host that wants to know, and the trace they belong to (MCP, SEP-414). */
  #signed(params: Params, { askedBy, trace }: TurnRequest): Params {
    const traced = trace === undefined ? params : withMeta(params, trace);
    if (!this.#wantsAskedBy || askedBy === undefined) return traced;
    return {
      ...traced,
      metadata: { ...(params["metadata"] as Params | undefined), ...askedByMetadata(askedBy) },
    };
  }

  #refused(error: BridgeError): void {
    this.#verdict = "denied";
    if (!this.#quirks.refusalEndsAll) return;
    for (const end of this.#undecided) end(error);
  }

  #onProgress(params: Params, deltas: Deltas): void {
    for (const piece of decodeDeltas(params)) {
      // The carrier's error, which may be a refusal.
      if (piece.delta.type === "error") continue;
      this.#verdict = "granted";
      deltas.push(piece);
    }
  }

  #saw(answered: string): void {
    const model = copied(answered, MODEL_LENGTH);
    const index = this.#models.indexOf(model);
    if (index === 0) return;
    if (index > 0) this.#models.splice(index, 1);
    this.#models.unshift(model);
    this.#models.length = Math.min(this.#models.length, MODELS_KEPT);
  }

  get #consent(): Consent {
    return this.#verdict !== "granted" && this.#waiting > 0 ? "waiting" : this.#verdict;
  }

  #consentMessage(): string {
    const hint = this.#quirks.consentHint ?? "look for a question in its window";
    return `waiting for the host (${this.#name}); if it asks for consent, ${hint}`;
  }

  #timedOut(): BridgeError {
    const seconds = this.#options.timeoutMs / 1000;
    return new BridgeError(
      "host_timeout",
      `The MCP host (${this.#name}) did not answer within ${seconds} s.`,
    );
  }
}
