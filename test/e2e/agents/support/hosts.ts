/** The two kinds of host that MCP has. */
export const HOSTS = [
  { kind: "a host without tools", tools: false },
  { kind: "a host with tools", tools: true },
] as const;

/** The requests of one task: with no result, with those of both reads, of the edit, of the command. */
export const STEPS = [0, 2, 3, 4].map((results) => ({ results, broken: undefined }));

/** The same for an agent that allows one call at a time. */
export const SINGLE_STEPS = [0, 1, 2, 3, 4].map((results) => ({ results, broken: undefined }));
