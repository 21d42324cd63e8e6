import type { NamedModel } from "./dialect.ts";

/** Data that the vendors' model objects have no field for, in one member that their SDKs pass through. */
export function modelExtras({ host, abilities, standsFor }: NamedModel): object {
  if (host === undefined && standsFor === undefined) return {};
  return {
    mcp: {
      ...(host !== undefined && { host }),
      ...(abilities !== undefined && {
        abilities: {
          deltas: abilities.deltas,
          tools: abilities.tools,
          images: abilities.images,
          audio: abilities.audio,
          cancel: abilities.cancel,
          errors: abilities.errors,
        },
      }),
      ...(standsFor !== undefined && { stands_for: standsFor }),
    },
  };
}
