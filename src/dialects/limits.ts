/**
 * Limits for lists and names in one request, far above those of clients and vendors. They are checked before anything
 * is read, and documented in `docs/security.md`; the maximum size of a body is a setting.
 */
export const MOST = {
  /** Messages, or input items. Anthropic's own limit of messages. */
  messages: 100_000,
  /** Parts of the content of one message, or calls in it. */
  parts: 100_000,
  tools: 20_000,
  /** Stop sequences. Vendors accept four. */
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
