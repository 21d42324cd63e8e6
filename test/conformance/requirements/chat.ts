import type { Requirement } from "../requirement.ts";

export const chat = [] as const satisfies readonly Requirement[];
