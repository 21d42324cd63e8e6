export interface HostOptions {
  /** The bridge's program and arguments. */
  readonly bridge: readonly string[];
  /** Whether the host declares `sampling.tools`. */
  readonly tools: boolean;
}

/** What the host tells the test, over the IPC channel. */
export interface HostReport {
  /** The tools on offer in a sampling request. */
  readonly tools: readonly string[];
  /** How many tool results were in it. */
  readonly results: number;
  /** The rule of the protocol that it broke. */
  readonly broken: string | undefined;
}
