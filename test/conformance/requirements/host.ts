import type { Requirement } from "../requirement.ts";

export const host = [] as const satisfies readonly Requirement[];
