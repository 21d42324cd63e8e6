export function waitedMs(pid?: number): number | undefined;
