import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { askBridge, type BridgeAddress } from "../joining/ask-bridge.ts";
import { bridgeAt } from "../joining/who-holds.ts";

const LOOK_EVERY_MS = 50;
const readiness = z.object({ hosts: z.array(z.object({ name: z.string() })) });

/** Whether the bridge at this address has, within this time, a host of this name. */
export async function hasHostWithin(
  address: BridgeAddress,
  host: string,
  withinMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  for (let left = withinMs; left > 0; left = deadline - performance.now()) {
    if (signal?.aborted === true) return false;
    const reply = await askBridge(address, "/ready", { withinMs: Math.ceil(left) });
    // It is running, but requires a key.
    if ("status" in reply && reply.status === 401 && (await bridgeAt(address.url)) !== undefined) return true;
    const { data } = readiness.safeParse("error" in reply ? undefined : reply.body);
    if (data?.hosts.some(({ name }) => name === host) === true) return true;
    await sleep(LOOK_EVERY_MS);
  }
  return false;
}
