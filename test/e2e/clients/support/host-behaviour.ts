/** What the scriptable host does with a sampling request. */
export type HostBehaviour =
  /** The text; with `echo`, followed by what the user said. */
  | { readonly kind: "answer"; readonly text: string; readonly echo?: boolean }
  | { readonly kind: "wait" }
  /** A JSON-RPC error, after the delay. */
  | { readonly kind: "error"; readonly code: number; readonly message: string; readonly afterMs?: number };

export interface HostOptions {
  /** The bridge's program and arguments. */
  readonly bridge: readonly string[];
  readonly behaviour: HostBehaviour;
}

/** What the host tells the test, over the IPC channel. */
export type HostReport =
  | { readonly type: "attached" }
  /** A sampling request came; `text` is what its user messages say. */
  | { readonly type: "asked"; readonly text: string }
  | { readonly type: "cancelled"; readonly text: string };
