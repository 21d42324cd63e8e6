/**
 * Bounds of what one request may list and name, far above what clients send and vendors take. They are looked at before
 * anything is read, and told in `docs/security.md`; how large a body may be altogether is a setting.
 */
export const MOST = {
  /** Messages, or input items. Anthropic's own limit of messages. */
  messages: 100_000,
  /** Parts of the content of one message, or calls in it. */
  parts: 100_000,
  tools: 20_000,
  /** Sequences that end an answer. Vendors take four. */
  stopSequences: 64,
} as const;

/** Characters. */
export const LONGEST = {
  /** Names of models, tools, roles, kinds and authors. */
  name: 1024,
  /** Ids of calls; some proxies write the signature of the model's reasoning into them. */
  id: 262_144,
  stopSequence: 4096,
} as const;
