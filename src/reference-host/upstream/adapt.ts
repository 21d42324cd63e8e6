/** Parts of a request that not every upstream takes: what is refused is changed or left out, and tried once more. */
import { LOOKED_AT, type Said } from "./failure.ts";
import type { Body } from "./upstream.ts";

export interface Adaptation {
  readonly name: string;
  /** What the upstream says when it does not take the part; matched against the beginnings of the field it names and its sentence. */
  readonly refusal: RegExp;
  /** The changed body; `undefined` when there is nothing to change. */
  readonly change: (body: Body) => Body | undefined;
  /** Whether the upstream refuses the part of every request; else only this one is changed. */
  readonly lasting: boolean;
}

/** A value that is out of range is the client's own mistake, and an optional part is not at fault for it. */
const OUT_OF_RANGE =
  // Bound: the characters looked at.
  /(?:less|greater|smaller|larger) than|at (?:most|least)|between \S+ and|[<>]=|\brange\b/i;
const ONLY_DEFAULT = /only the default|only 1(?:\.0)? is/i;
const VALUE = /unsupported value|supported values|one of|input should be/i;
const STATUSES: ReadonlySet<number> = new Set([200, 400, 415, 422, 501]);

/** The first adaptation that answers this refusal and was not tried. */
export function answerTo(
  said: Said,
  status: number,
  body: Body,
  adaptations: readonly Adaptation[],
): { readonly adaptation: Adaptation; readonly body: Body } | undefined {
  if (!STATUSES.has(status)) return undefined;
  const message = said.message.slice(0, LOOKED_AT);
  const text = `${said.param.slice(0, LOOKED_AT)} ${message}`;
  const ofValue = !ONLY_DEFAULT.test(text);
  if (ofValue && OUT_OF_RANGE.test(message)) return undefined;
  for (const adaptation of adaptations) {
    const changed = adaptation.refusal.test(text) ? adaptation.change(body) : undefined;
    if (changed === undefined) continue;
    // Another value may be taken.
    const lasting = adaptation.lasting && !(ofValue && VALUE.test(message));
    return { adaptation: { ...adaptation, lasting }, body: changed };
  }
  return undefined;
}

/** Leaves out members of the body. */
export function without(...names: readonly string[]): Adaptation["change"] {
  return (body) => {
    if (names.every((name) => body[name] === undefined)) return undefined;
    return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
  };
}

export function renamed(from: string, to: string): Adaptation["change"] {
  return (body) => {
    if (body[from] === undefined) return undefined;
    return Object.fromEntries(
      Object.entries(body).map(([name, value]) => [name === from ? to : name, value]),
    );
  };
}

const MODELS = 64;

/** What the models of one upstream were seen to refuse. */
export class Refused {
  readonly #models = new Map<string, Set<string>>();

  apply(body: Body, model: string, adaptations: readonly Adaptation[]): Body {
    const names = this.#models.get(model);
    if (names === undefined) return body;
    return adaptations.reduce(
      (changed, { name, change }) => (names.has(name) ? (change(changed) ?? changed) : changed),
      body,
    );
  }

  remember(model: string, { name, lasting }: Adaptation): void {
    if (!lasting) return;
    const names = this.#models.get(model) ?? new Set();
    names.add(name);
    this.#models.delete(model);
    this.#models.set(model, names);
    const [oldest] = this.#models.keys();
    if (this.#models.size > MODELS && oldest !== undefined) this.#models.delete(oldest);
  }
}
