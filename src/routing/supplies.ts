/** What we supply to a host that lacks it. */
import type { HostAbilities } from "../hosts/host.ts";
import { structured } from "../polyfill/json-schema.ts";
import { limit } from "../polyfill/limit.ts";
import { pairs } from "../polyfill/pairs.ts";
import type { Polyfill } from "../polyfill/polyfill.ts";
import { prefill } from "../polyfill/prefill.ts";
import type { CheckValues } from "../polyfill/schema-checker/checker.ts";
import { stop } from "../polyfill/stop.ts";
import type { TokenEstimator } from "../polyfill/tokens.ts";
import type { Misfit } from "../polyfill/tools/misfit.ts";
import { nativeTools } from "../polyfill/tools/native.ts";
import { supplyTools } from "../polyfill/tools/supply.ts";
import { usage } from "../polyfill/usage.ts";

/** What the polyfills of a turn share. */
export interface Supplies {
  readonly tokens: TokenEstimator;
  readonly check: CheckValues;
  readonly onMisfit: (misfit: Misfit) => void;
}

/** What a host needs of us, in the order in which a request passes through. */
export function polyfillsFor(abilities: HostAbilities, supplies: Supplies): Polyfill[] {
  const { tokens, check, onMisfit } = supplies;
  const polyfills: Polyfill[] = [usage(tokens)];
  if (abilities.maxTokens !== "yes") polyfills.push(limit(tokens));
  polyfills.push(
    stop,
    prefill,
    structured(check),
    abilities.tools ? nativeTools(check, onMisfit) : supplyTools(check),
  );
  if (abilities.deltas) polyfills.push(pairs);
  return polyfills;
}
