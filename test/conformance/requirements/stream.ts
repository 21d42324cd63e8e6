import type { Requirement } from "../requirement.ts";

export const stream = [] as const satisfies readonly Requirement[];
