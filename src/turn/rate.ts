/** An amount that was used, or is asked for. */
export interface Amount {
  readonly requests: number;
  readonly tokens: number;
}

/** One limit of a key, and how much of it is left. */
export interface Rate {
  readonly of: keyof Amount;
  readonly span: "minute" | "day";
  readonly limit: number;
  readonly left: number;
  /** Milliseconds until all of it is there again. */
  readonly renewsInMs: number;
}

/** The limit of this kind that will be reached first. */
export function tightest(rates: readonly Rate[], of: Rate["of"]): Rate | undefined {
  return rates.filter((rate) => rate.of === of).toSorted((one, other) => one.left - other.left)[0];
}
