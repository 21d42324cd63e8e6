import type { Requirement } from "../requirement.ts";

export const server = [] as const satisfies readonly Requirement[];
