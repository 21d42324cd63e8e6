import type { Client } from "@modelcontextprotocol/client";
import {
  DELTA_METHOD,
  deltaParams,
  progressParams,
  targetOf,
  type Delta,
} from "../hosts/mcp/sampling-stream.ts";

/** Sends the deltas of one request in order; does nothing for a request that asks for none. */
export function deltaSender(client: Client, params: object): (delta: Delta) => Promise<void> {
  const target = targetOf(params);
  let seq = 0;
  return async (delta) => {
    if (target === undefined) return;
    seq += 1;
    if (target.era === "modern") {
      await client.notification({ method: DELTA_METHOD, params: deltaParams(target.token, seq, delta) });
    } else {
      const progress = progressParams(target.token, seq, delta);
      await client.notification({ method: "notifications/progress", params: progress });
    }
  };
}
