/** Which running bridge a command means when nobody says it. */
import type { Config } from "../config/settings.ts";
import { clientUrl } from "../joining/client-url.ts";
import type { BridgeAddress } from "../joining/ask-bridge.ts";
import { CliError } from "./failure.ts";
import { leadersHere } from "../joining/leader-file.ts";
import { commandName } from "./own-program.ts";
import { bridgeAt } from "../joining/who-holds.ts";
import { say } from "../util/say.ts";

export interface Wanted {
  /** As the person gave it, with or without `/v1`. */
  readonly url: string | undefined;
  /** Whether the person named a port, and so means no other. */
  readonly isPortGiven: boolean;
}

/**
 * The bridge at the address that was given; else at the configured one; else the only one of this user that runs.
 *
 * @throws CliError when there is none, or several could be meant.
 */
export async function findBridge(
  { host, port, apiKey, stateDir }: Pick<Config, "host" | "port" | "apiKey" | "stateDir">,
  { url, isPortGiven }: Wanted,
): Promise<BridgeAddress> {
  const key = apiKey[0];
  if (url !== undefined) return { url: baseUrl(url), key };
  const usual = clientUrl(host, port);
  if ((await bridgeAt(usual)) !== undefined) return { url: usual, key };
  const found = isPortGiven ? [] : await runningBridges(stateDir);
  const [only, ...others] = found;
  if (only === undefined) {
    throw new CliError(
      say`no bridge answers at ${usual}\nStart one: in your editor or other MCP host, or with a model of its own by "${commandName()} demo". --port or --url names another.`,
    );
  }
  if (others.length > 0)
    throw new CliError(say`several bridges run: ${found.join(", ")}\nName one of them with --url.`);
  return { url: only, key };
}

async function runningBridges(stateDir: string | undefined): Promise<string[]> {
  const urls = new Set((await leadersHere(stateDir)).map(({ url }) => url));
  const running = [...urls].map(async (url) => ((await bridgeAt(url)) === undefined ? [] : [url]));
  return (await Promise.all(running)).flat();
}

/** An address as people give it: what clients write behind it is taken off. */
export function baseUrl(url: string): string {
  return url.replace(/(?<!\/)\/+(v1\/*)?$/, "");
}
