import * as z from "zod";
import { oneLine } from "../util/terminal-text.ts";
import { askBridge } from "./ask-bridge.ts";

const WITHIN_MS = 1000;
const versioned = z.object({ version: z.string() });
const health = z.object({ name: z.literal("mcp-token-bridge"), version: z.string() });

/** The version of the bridge at this address; `undefined` when none answers there. */
export async function bridgeAt(url: string): Promise<string | undefined> {
  const reply = await askBridge({ url, key: undefined }, "/health", { withinMs: WITHIN_MS });
  const { data } = health.safeParse("error" in reply ? undefined : reply.body);
  return data === undefined ? undefined : oneLine(data.version, 40);
}

/** A description of the program that answers at a port that we could not open. */
export async function whoHolds(url: string): Promise<string> {
  const version = await bridgeAt(url);
  if (version !== undefined) return `another bridge (version ${version})`;
  return (await isOllama(url)) ? "Ollama" : "another program";
}

/** Whether an Ollama answers at this address, where no bridge does. */
export async function isOllama(url: string): Promise<boolean> {
  const reply = await askBridge({ url, key: undefined }, "/api/version", { withinMs: WITHIN_MS });
  return "body" in reply && versioned.safeParse(reply.body).success;
}
