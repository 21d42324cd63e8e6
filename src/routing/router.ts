/**
 * From a decoded request to running events: remembered refusals, the host, a slot in its queue, and the polyfills
 * that this host needs. A turn that was sent to a host is never sent to another; only a polyfill may ask the same host
 * once more, to repair its answer.
 */
import type { NamedModel } from "../dialects/dialect.ts";
import type { TurnEvents } from "../turn/event.ts";
import { grammar } from "../turn/grammar.ts";
import type { Notice } from "../turn/notice.ts";
import type { TurnRequest } from "../turn/request.ts";
import { BridgeError } from "../turn/error.ts";
import { compose, type Run } from "../polyfill/polyfill.ts";
import { noticesFor, polyfillsFor, type Services } from "../polyfill/polyfills.ts";
import { ownerOf, type Principal } from "../turn/principal.ts";
import type { SchemaChecker } from "../polyfill/schema-checker/checker.ts";
import type { TokenEstimator } from "../polyfill/tokens.ts";
import { namedHost, type AttachedHost } from "./choose.ts";
import { modelFor } from "./its-model.ts";
import { Failures } from "./failures.ts";
import { checkFits } from "./fits-model.ts";
import { chooseModel, type ModelRules } from "./models/choose-model.ts";
import { listModels } from "./models/list.ts";
import { Pool, type Picked, type PoolOptions } from "./pool.ts";
import { Refusals } from "./refusals.ts";
import { checkHost, checkModel, hostsFor, modelsFor } from "./scope.ts";
import { runAtHost, type Caller } from "./run-at-host.ts";

export interface RouterOptions {
  readonly tokens: TokenEstimator;
  readonly checker: SchemaChecker;
  readonly queue: PoolOptions;
  /** Milliseconds for which the person is not asked again after a denial. */
  readonly rememberRefusalMs: number;
  readonly models: ModelRules;
}

/** Callbacks of a running turn. */
export interface TurnHooks {
  /** Called for notices that arise while it runs. */
  readonly onNotice?: Services["onNotice"];
  /**
   * Called before each host that is asked. Its events are passed on to the client, and an error that it throws ends the turn. Before it
   * has finished, nothing is sent to the host and no slot is taken.
   */
  readonly admit?: (label: string) => TurnEvents;
  /** Called when the turn has a slot, just before it is sent to the host. */
  readonly onEnter?: () => void;
}

/** A request with the host that will run it. */
export interface Route {
  readonly host: AttachedHost;
  readonly notices: readonly Notice[];
  /** Model names that the host is asked for, the best first; empty: its own choice. */
  readonly hints: readonly string[];
  /** Runs the turn; the events are legal by `turn/grammar`. */
  run(signal: AbortSignal, hooks?: TurnHooks): TurnEvents;
}

export class Router {
  readonly pool: Pool;
  readonly #tokens: TokenEstimator;
  readonly #checker: SchemaChecker;
  readonly #refusals: Refusals;
  readonly #failures = new Failures();
  readonly #models: ModelRules;

  constructor(options: RouterOptions) {
    this.pool = new Pool(options.queue);
    this.#tokens = options.tokens;
    this.#checker = options.checker;
    this.#models = options.models;
    this.#refusals = new Refusals(options.rememberRefusalMs);
  }

  /** Waiting turns of all attached hosts. */
  get queued(): number {
    return this.pool.queued;
  }

  /** The models that a client can ask for. */
  listModels(principal: Principal): readonly NamedModel[] {
    return modelsFor(principal, listModels(this.pool.describe(), this.#models.aliases));
  }

  /**
   * Chooses the host. `principal` is the sender, `header` names a host.
   *
   * @throws BridgeError `consent_denied` (remembered), `not_found` for a host, `model_not_found`, `no_host`,
   *   `host_cannot_sample`, `unsupported_feature` or `outside_scope`.
   */
  route(request: TurnRequest, principal: Principal, header?: string): Route {
    const attached = this.pool.survey();
    const { label, request: named } = namedHost(
      request,
      header,
      attached.map(({ info }) => info),
    );
    checkHost(principal, label);
    checkModel(principal, [request.model, named.model]);
    const all = hostsFor(principal, attached);
    const hosts = all.map(({ info }) => info);
    const { request: asked, notices } = chooseModel(named, hosts, this.#models);
    const picked = this.pool.pick(asked, { label, principal }, all);
    this.#refusals.check(asked, { principal, host: picked.label });
    const caller = { principal, asked, refusals: this.#refusals, failures: this.#failures };
    return {
      host: picked.info,
      notices: [...notices, ...noticesFor(asked, picked.info.abilities)],
      hints: asked.hints ?? [],
      run: (signal, hooks = {}) => grammar(this.#run(picked, caller, hooks, label, signal)),
    };
  }

  /** Runs the turn, at another host if the first one disconnects before the turn was sent to it. */
  async *#run(
    first: Picked,
    caller: Caller,
    { onNotice = () => undefined, admit, onEnter }: TurnHooks,
    label: string | undefined,
    signal: AbortSignal,
  ): TurnEvents {
    const { abilities } = first.info;
    const services: Services = {
      tokens: this.#tokens,
      check: this.#checker.checkFor(ownerOf(caller.principal)),
      onNotice,
    };
    const tried = new Set<string>();
    for (let place = first; ;) {
      let entered = false;
      if (admit !== undefined) yield* admit(place.label);
      const atHost: Run = (prepared, inner) =>
        noticing(
          runAtHost(place, caller, prepared, inner, () => {
            entered = true;
            onEnter?.();
          }),
          onNotice,
        );
      try {
        await checkFits(caller.asked, modelFor(place.info, caller.asked)?.inputTokens, this.#tokens);
        const polyfills = polyfillsFor(caller.asked, place.info.abilities, services);
        yield* compose(polyfills, atHost)(caller.asked, signal);
        return;
      } catch (thrown) {
        tried.add(place.host.id);
        const next = isUnheard(thrown, entered)
          ? this.#another(caller, label, tried, abilities.deltas)
          : undefined;
        if (next === undefined) throw thrown;
        place = next;
      }
    }
  }

  /** The response was prepared for a host that streams, or for one that does not, so another host must be of the same kind. */
  #another(
    { asked, principal, refusals }: Caller,
    label: string | undefined,
    tried: ReadonlySet<string>,
    deltas: boolean,
  ): Picked | undefined {
    try {
      const all = hostsFor(principal, this.pool.survey()).filter(({ host }) => !tried.has(host.id));
      const picked = this.pool.pick(asked, { label, deltas, principal }, all);
      refusals.check(asked, { principal, host: picked.label });
      return picked;
    } catch {
      return undefined;
    }
  }
}

/** Whether no host has heard of the turn: its own has gone while it waited, or another bridge has said so. */
function isUnheard(thrown: unknown, entered: boolean): boolean {
  if (!(thrown instanceof BridgeError)) return false;
  return thrown.unheard || (thrown.code === "host_gone" && !entered);
}

/** Passes on the notices of the host itself, before its answer continues. */
async function* noticing(events: TurnEvents, onNotice: Services["onNotice"]): TurnEvents {
  for await (const event of events) {
    if (event.type === "turn-start") for (const notice of event.notices ?? []) onNotice(notice);
    yield event;
  }
}
