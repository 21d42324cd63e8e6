/** The running bridge that a command controls, and the key for it. */
import * as z from "zod";
import type { Config } from "../config/settings.ts";
import { askBridge, type AskOptions, type BridgeAddress } from "../joining/ask-bridge.ts";
import { leadersHere } from "../joining/leader-file.ts";
import { oneLine } from "../util/terminal-text.ts";
import { say } from "../util/say.ts";
import { CliError } from "./failure.ts";
import { findBridge, type Wanted } from "./find-bridge.ts";

type Place = Pick<Config, "host" | "port" | "apiKey" | "operatorKey" | "stateDir">;

/**
 * A key with the rights of an operator, if there is one: a configured key, or the secret that the bridge shares with other
 * programs of the same user. That secret is only sent to the address in its own file.
 */
export async function operatorKeyFor(
  url: string,
  place: Omit<Place, "host" | "port">,
): Promise<string | undefined> {
  const [configured] = place.operatorKey;
  if (configured !== undefined) return configured;
  const leader = (await leadersHere(place.stateDir)).find((one) => one.url === url);
  return leader?.secret ?? place.apiKey[0];
}

/** @throws CliError when no bridge is found, or several are. */
export async function operatorBridge(place: Place, wanted: Wanted): Promise<BridgeAddress> {
  const { url } = await findBridge(place, wanted);
  return { url, key: await operatorKeyFor(url, place) };
}

const refusal = z.object({ error: z.object({ message: z.string() }) });

/** @throws CliError with the bridge's own words when it refuses. */
export async function askOperator(
  address: BridgeAddress,
  path: string,
  options: AskOptions = {},
): Promise<unknown> {
  const reply = await askBridge(address, path, options);
  if ("error" in reply)
    throw new CliError(say`the bridge at ${address.url} does not answer (${reply.error})`);
  if (reply.status === 200) return reply.body;
  const said = refusal.safeParse(reply.body).data;
  throw new CliError(
    said === undefined
      ? say`the bridge at ${address.url} does not understand this; its version may be older than this program`
      : oneLine(said.error.message, 500),
  );
}
