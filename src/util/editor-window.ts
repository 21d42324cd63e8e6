/** Which window of an editor a process belongs to: that of the extension host that has started it. */
import { createHash } from "node:crypto";
import { hostname } from "node:os";

/** Set by our extension for all that its extension host starts, also through a shell or npx. */
export const WINDOW_VARIABLE = "MCPTB_WINDOW";

/** A machine and a window of it. Both are digests: whoever sees them learns nothing but which are the same. */
export function windowOf(extensionHost: number, machine = hostname()): string {
  return `${digest(machine)}.${digest(`${machine}:${extensionHost}`)}`;
}

export function areOfOneMachine(window: string, other: string): boolean {
  return window.split(".")[0] === other.split(".")[0];
}

/** The window that a process was started by, if it was one; where our extension did not run yet, its parent tells. */
export function windowAround(
  env: Readonly<Record<string, string | undefined>> = process.env,
  parent = process.ppid,
): string {
  return env[WINDOW_VARIABLE] ?? windowOf(parent);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 12);
}
