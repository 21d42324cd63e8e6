import type { Requirement } from "../requirement.ts";

export const messages = [] as const satisfies readonly Requirement[];
