import * as z from "zod";
import type { Immutable } from "../util/shape.ts";

/** Whether a host honours one setting of a request. `unknown`: it may or may not. */
export const honours = z.enum(["yes", "no", "unknown"]);
/** Whether a host honours one setting that a request may carry. */
export type Honours = z.output<typeof honours>;

/** What a host can do with a request, as far as is known. */
export const hostAbilities = z.object({
  /** The host sends pieces of the answer while the model writes. */
  deltas: z.boolean(),
  /** The host takes tools, calls and results as MCP defines them. */
  tools: z.boolean(),
  images: honours,
  audio: honours,
  maxTokens: honours,
  temperature: honours,
  stopSequences: honours,
  /** It accepts a reasoning effort, and takes its model's earlier reasoning back. */
  reasoning: z.boolean(),
  /** A turn that has been sent can be cancelled, so that the model stops. */
  cancel: honours,
  /** It reports failures and refusals; a host that does not is silent until the deadline. */
  errors: z.boolean(),
});
/** What a host can do, and which settings of a request it honours; what is missing is supplied or reported. */
export type HostAbilities = Immutable<z.output<typeof hostAbilities>>;
