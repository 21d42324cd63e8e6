import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "@modelcontextprotocol/client";

/** How many requests are served at once in the modern era. */
const HOOKS = 4;
/** The bridge ends a call by itself; this is for one that has died in silence. */
const CALL_TIMEOUT_MS = 4_000_000;
/** After a call that failed; one that ended in good order is made again at once. */
const PAUSE_MS = 1000;

/**
 * Keeps calls of the bridge's tool `hook` open until the signal: in the modern era sampling requests come as questions
 * within them, which the SDK passes to the sampling handler.
 */
export function keepHooksOpen(client: Client, signal: AbortSignal): void {
  for (let index = 0; index < HOOKS; index += 1) void keepOpen(client, signal);
}

async function keepOpen(client: Client, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await client.callTool({ name: "hook", arguments: {} }, { timeout: CALL_TIMEOUT_MS, signal });
    } catch {
      // A request that failed or was refused ends its call; its own handler has told why.
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
