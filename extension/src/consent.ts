/** Whether the person lets this extension use the models of a provider; each provider is asked about by itself. */
import type { Consent } from "../../src/index.ts";

/**
 * After a refusal nothing asks again until the person does: the editor would show its dialog for every further request, and an agent
 * sends many.
 */
export class Consents {
  readonly #known = new Map<string, Consent>();

  of(vendor: string): Consent {
    return this.#known.get(vendor) ?? "unknown";
  }

  /** For a host as a whole: what holds of it is what keeps its turns from running. */
  get overall(): Consent {
    const all = [...this.#known.values()];
    return (["waiting", "granted", "denied"] as const).find((each) => all.includes(each)) ?? "unknown";
  }

  get anyDenied(): boolean {
    return [...this.#known.values()].includes("denied");
  }

  set(vendor: string, consent: Consent): void {
    this.#known.set(vendor, consent);
  }

  /** A refusal is no longer held against anyone: the next request asks. */
  forget(): void {
    this.#known.clear();
  }
}
