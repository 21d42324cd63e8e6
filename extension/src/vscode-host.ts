/** The models of the editor window as a host of the bridge, on the stable language model API. */
import * as vscode from "vscode";
import type { Notice } from "../../src/turn/notice.ts";
import type { CatalogModel } from "../../src/turn/catalog.ts";
import { windowOf } from "../../src/util/editor-window.ts";
import { BridgeError, type Host, type HostInfo, type TurnEvents, type TurnRequest } from "../../src/index.ts";
import { decodeAnswer } from "./answer.ts";
import { catalogOf, chooseModel, nameOf } from "./catalog.ts";
import { Consents } from "./consent.ts";
import { ALLOW_STEP, failureOf } from "./failure.ts";
import { newerApi } from "./newer-api.ts";
import { OWN_VENDOR } from "./pool-models.ts";
import { isLent } from "./lent-models.ts";
import { LiveTurns } from "./live-turns.ts";
import type { Settings } from "./settings.ts";
import { encodeRequest, JUSTIFICATION } from "./request.ts";

/** A provider that has not even taken the request after this time is most likely held up by the editor's dialog. */
const ASKING_MS = 1000;
/** Models change without an event where their ids stay. */
const REFRESH_MS = 60_000;

/** Of other makers, and for the editor alone: it refuses them to extensions, or they do not chat. */
const NOT_FOR_US = /^(?:copilot-?dictation|agent-?host)/i;

export type HostSettings = Pick<Settings, "defaultModel" | "models" | "effort">;

const SMALLER: Notice = {
  code: "smaller-model",
  message: "The editor has no model of this size; a smaller one of the same make has answered.",
};

export class VsCodeHost implements Host {
  readonly id = "vscode-window";
  readonly #consents = new Consents();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #settings: () => HostSettings;
  readonly turns = new LiveTurns(() => this.#changed.fire());
  #models: readonly vscode.LanguageModelChat[] = [];
  /** Made of these. */
  #catalog:
    | {
        readonly models: readonly vscode.LanguageModelChat[];
        readonly settings: string;
        readonly list: readonly CatalogModel[];
      }
    | undefined;
  #refreshedAt = -Infinity;
  #refreshing: Promise<void> | undefined;

  constructor(settings: () => HostSettings) {
    this.#settings = settings;
  }

  /** Models, consent or turns have changed. */
  get onChanged(): vscode.Event<void> {
    return this.#changed.event;
  }

  /** All models of the editor, also those that are not lent. */
  get models(): readonly vscode.LanguageModelChat[] {
    return this.#models;
  }

  get running(): number {
    return this.turns.running;
  }

  /** Whether the person has refused to lend the models of some provider. */
  get isDenied(): boolean {
    return this.#consents.anyDenied;
  }

  /** Asks the editor which models there are; whoever asks meanwhile shares the answer. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  #isOld(): boolean {
    return performance.now() - this.#refreshedAt > REFRESH_MS;
  }

  async #refresh(): Promise<void> {
    this.#refreshedAt = performance.now();
    const models = await vscode.lm.selectChatModels({});
    this.#models = models.filter(
      ({ vendor, id }) => vendor !== OWN_VENDOR && !NOT_FOR_US.test(vendor) && !NOT_FOR_US.test(id),
    );
    this.#changed.fire();
  }

  /** The models that are lent, the one first that answers where a request names none. */
  get catalog(): readonly CatalogModel[] {
    const { defaultModel, models } = this.#settings();
    const settings = JSON.stringify([defaultModel, models]);
    if (this.#catalog?.models !== this.#models || this.#catalog.settings !== settings) {
      const lent = this.#models.filter((model) => isLent(nameOf(model), models));
      const list = catalogOf(lent, defaultModel, newerApi().LanguageModelDataPart !== undefined);
      this.#catalog = { models: this.#models, settings, list };
    }
    return this.#catalog.list;
  }

  describe(): HostInfo {
    // Whoever looks at the list sees what has changed without an event the next time.
    if (this.#isOld()) this.refresh().catch(() => undefined);
    const catalog = this.catalog;
    return {
      id: this.id,
      label: "vscode",
      name: vscode.env.appName,
      version: vscode.version,
      transport: "embedded",
      window: windowOf(process.pid),
      revision: undefined,
      canSample: catalog.length > 0,
      consent: this.#consents.overall,
      // Each provider is asked about by itself, and what was refused stays so until the person allows it.
      refusalEndsAll: false,
      keepsRefusals: true,
      abilities: {
        deltas: true,
        tools: true,
        images: catalog.some(({ images }) => images === "yes") ? "yes" : "no",
        audio: "no",
        maxTokens: "unknown",
        temperature: "unknown",
        stopSequences: "unknown",
        reasoning: newerApi().LanguageModelThinkingPart !== undefined,
        cancel: "yes",
        errors: true,
      },
      models: catalog.map(({ id }) => id),
      catalog: [...catalog],
      running: this.running,
      slots: undefined,
    };
  }

  run(request: TurnRequest, signal: AbortSignal): TurnEvents {
    return this.turns.watch((asked, ending) => this.#answer(asked, ending), request, signal);
  }

  async *#answer(request: TurnRequest, signal: AbortSignal): TurnEvents {
    signal.throwIfAborted();
    if (this.#isOld()) await this.refresh();
    const { model: chosen, isSmaller } = chooseModel(request, this.catalog);
    const model = this.#models.find((each) => nameOf(each) === chosen.id);
    if (model === undefined) throw new Error("A model of the catalog is not there.");
    const { messages, options, notices } = encodeRequest(request, model, this.#settings().effort);
    if (this.#consents.of(model.vendor) === "denied") throw denied();
    const cancelling = new vscode.CancellationTokenSource();
    const cancel = (): void => cancelling.cancel();
    signal.addEventListener("abort", cancel, { once: true });
    this.turns.count(chosen.id);
    try {
      const sending = Promise.resolve(model.sendRequest(messages, options, cancelling.token));
      yield* this.#waiting(sending, model.vendor, signal);
      const { stream } = await sending;
      this.#agreed(model.vendor);
      yield* decodeAnswer(untilAborted(stream, signal), {
        model: nameOf(model),
        notices: isSmaller ? [...notices, SMALLER] : notices,
      });
    } catch (error) {
      signal.throwIfAborted();
      throw this.#failed(error, model.vendor);
    } finally {
      signal.removeEventListener("abort", cancel);
      cancelling.cancel();
      cancelling.dispose();
    }
  }

  /**
   * Asks the person, in the editor's own dialog, for each provider that is not allowed yet. Nothing is spent: a request that is cancelled
   * and empty ends before the provider's service hears of it.
   *
   * @returns whether all are allowed.
   */
  async allow(): Promise<boolean> {
    this.#consents.forget();
    await this.refresh();
    const byVendor = new Map(this.#models.map((model) => [model.vendor, model]));
    for (const [vendor, model] of byVendor) {
      const cancelled = new vscode.CancellationTokenSource();
      cancelled.cancel();
      try {
        this.#consents.set(vendor, "waiting");
        this.#changed.fire();
        const response = await model.sendRequest([], { justification: JUSTIFICATION }, cancelled.token);
        for await (const _ of response.stream) break;
        this.#consents.set(vendor, "granted");
      } catch (error) {
        // Whatever else went wrong went wrong behind the dialog.
        const refused = failureOf(error).code === "consent_denied";
        this.#consents.set(vendor, refused ? "denied" : "granted");
      } finally {
        cancelled.dispose();
      }
    }
    this.#changed.fire();
    return !this.isDenied;
  }

  /** Tells that the person is being asked, until the provider has the request. */
  async *#waiting(sending: Promise<unknown>, vendor: string, signal: AbortSignal): TurnEvents {
    const began = performance.now();
    const settled = sending.then(
      () => true,
      () => true,
    );
    const aborted = new Promise<void>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
    aborted.catch(() => undefined);
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const passed = new Promise<false>((resolve) => {
        timer = setTimeout(resolve, ASKING_MS, false);
      });
      try {
        if ((await Promise.race([settled, passed, aborted])) !== false) return;
      } finally {
        clearTimeout(timer);
      }
      const isAsking = this.#consents.of(vendor) !== "granted";
      if (isAsking && this.#consents.of(vendor) !== "waiting") {
        this.#consents.set(vendor, "waiting");
        this.#changed.fire();
      }
      yield {
        type: "turn-wait",
        reason: isAsking ? "consent" : "host",
        elapsedMs: Math.round(performance.now() - began),
        ...(isAsking && { message: "VS Code may be asking in a dialog whether its models may be used" }),
      };
    }
  }

  #agreed(vendor: string): void {
    if (this.#consents.of(vendor) === "granted") return;
    this.#consents.set(vendor, "granted");
    this.#changed.fire();
  }

  #failed(error: unknown, vendor: string): BridgeError {
    const failure = failureOf(error);
    const consent = this.#consents.of(vendor);
    if (failure.code === "consent_denied") this.#consents.set(vendor, "denied");
    else if (consent === "waiting") this.#consents.set(vendor, "unknown");
    this.#changed.fire();
    return failure;
  }
}

function denied(): BridgeError {
  return new BridgeError(
    "consent_denied",
    `VS Code's models were not lent: the person refused. ${ALLOW_STEP}`,
  );
}

/** The same until the signal: a provider that ignores its own must hold nobody. */
async function* untilAborted<Item>(items: AsyncIterable<Item>, signal: AbortSignal): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]();
  // Of the part that is waited for now: a race for each would keep all of them until the turn ends.
  let leave: (reason: Error) => void = () => undefined;
  const end = (): void => leave(signal.reason as Error);
  signal.addEventListener("abort", end, { once: true });
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await new Promise<IteratorResult<Item>>((resolve, reject) => {
        leave = reject;
        iterator.next().then(resolve, reject);
      });
      if (done === true) return;
      yield value;
    }
  } finally {
    signal.removeEventListener("abort", end);
  }
}
