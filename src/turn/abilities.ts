import * as z from "zod";
import type { Immutable } from "../util/shape.ts";

/** What a host does with the parts of a request. `unknown`: it may or may not honour it. */
export const honours = z.enum(["yes", "no", "unknown"]);
/** Whether a host holds to something that it may be asked for. */
export type Honours = z.output<typeof honours>;

/** What a host can do with a request, as far as is known. */
export const hostAbilities = z.object({
  /** Pieces of the answer arrive while the model writes. */
  deltas: z.boolean(),
  /** Tools, calls and results travel natively. */
  tools: z.boolean(),
  images: honours,
  audio: honours,
  maxTokens: honours,
  temperature: honours,
  stopSequences: honours,
  /** It takes how much to think, and gets its model's own reasoning back. */
  reasoning: z.boolean(),
  /** A turn that has been sent can be cancelled, so that the model stops. */
  cancel: honours,
  /** Failures and refusals are told; without it they show only as silence, until the deadline. */
  errors: z.boolean(),
});
/** What a host can do, and what of a request it holds to; what it cannot do is supplied or reported. */
export type HostAbilities = Immutable<z.output<typeof hostAbilities>>;
