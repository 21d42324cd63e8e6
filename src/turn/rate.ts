/** How much of something was used, or is wanted. */
export interface Amount {
  readonly requests: number;
  readonly tokens: number;
}

/** One limit of a key, and what is left of it. */
export interface Rate {
  readonly of: keyof Amount;
  readonly span: "minute" | "day";
  readonly limit: number;
  readonly left: number;
  /** Milliseconds until all of it is there again. */
  readonly renewsInMs: number;
}

/** Of several limits of a thing the one that is reached first. */
export function tightest(rates: readonly Rate[], of: Rate["of"]): Rate | undefined {
  return rates.filter((rate) => rate.of === of).toSorted((one, other) => one.left - other.left)[0];
}
