export interface HostOptions {
  /** The bridge's program and arguments. */
  readonly bridge: readonly string[];
  /** Whether the host declares `sampling.tools`. */
  readonly tools: boolean;
  /**
   * Which scripted model it lends: one that knows the agents' task, one for small talk and small tasks, one that writes edits as
   * text, one that searches for the tool that it needs.
   */
  readonly model: "worker" | "assistant" | "editor" | "seeker";
}

/** What the host tells the test, over the IPC channel. */
export interface HostReport {
  /** The tools on offer in a sampling request. */
  readonly tools: readonly string[];
  /** How many tool results were in it. */
  readonly results: number;
  /** The types of the images and sounds that came with the question. */
  readonly media: readonly string[];
  /** The rule of the protocol that it broke. */
  readonly broken: string | undefined;
}
