/** Which window of an editor a process belongs to: that of the extension host that has started it. */
import { createHash } from "node:crypto";
import { hostname } from "node:os";

/** Set by our extension for all that its extension host starts, also through a shell or npx. */
export const WINDOW_VARIABLE = "MCPTB_WINDOW";

/** Says nothing of the machine to those who see it. */
export function windowOf(extensionHost: number): string {
  return createHash("sha256").update(`${hostname()}:${extensionHost}`).digest("base64url").slice(0, 16);
}

/** The window that a process was started by, if it was one; where our extension did not run yet, its parent tells. */
export function windowAround(
  env: Readonly<Record<string, string | undefined>> = process.env,
  parent = process.ppid,
): string {
  return env[WINDOW_VARIABLE] ?? windowOf(parent);
}
