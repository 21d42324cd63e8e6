import type { Requirement } from "../requirement.ts";

export const person = [] as const satisfies readonly Requirement[];
