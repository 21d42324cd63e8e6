/** Finds the running bridge for a command. */
import type { Config } from "../config/settings.ts";
import { clientUrl } from "../joining/client-url.ts";
import type { BridgeAddress } from "../joining/ask-bridge.ts";
import { CliError } from "./failure.ts";
import { leadersHere } from "../joining/leader-file.ts";
import { commandName } from "./own-program.ts";
import { bridgeAt } from "../joining/who-holds.ts";
import { say } from "../util/say.ts";

export interface Wanted {
  /** The person's address, with or without `/v1`. */
  readonly url: string | undefined;
  /** Whether the person gave a port, so that no other bridge is used. */
  readonly isPortGiven: boolean;
}

/**
 * The bridge at the given address; else at the configured one; else the only running bridge of this user.
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
      say`no bridge answers at ${usual}\nStart one in your editor or another MCP host, or with a demo model: "${commandName()} demo". For another address use --port or --url.`,
    );
  }
  if (others.length > 0)
    throw new CliError(say`several bridges are running: ${found.join(", ")}\nChoose one of them with --url.`);
  return { url: only, key };
}

async function runningBridges(stateDir: string | undefined): Promise<string[]> {
  const urls = new Set((await leadersHere(stateDir)).map(({ url }) => url));
  const running = [...urls].map(async (url) => ((await bridgeAt(url)) === undefined ? [] : [url]));
  return (await Promise.all(running)).flat();
}

/** A person's address, without the paths that clients add. */
export function baseUrl(url: string): string {
  return url.replace(/(?<!\/)\/+(v1\/*)?$/, "");
}
