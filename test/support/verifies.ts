import { test } from "vitest";
import type { RequirementId } from "../requirements/index.ts";

/**
 * A test that proves requirements: `verifies("chat.role-once", "says the role once", async () => …)`. The ids stand
 * literally in the call, where the coverage test finds them.
 */
export function verifies(
  ids: RequirementId | readonly RequirementId[],
  name: string,
  body: () => Promise<void> | void,
  timeoutMs?: number,
): void {
  test(`${name} [${[ids].flat().join(" ")}]`, body, timeoutMs);
}
