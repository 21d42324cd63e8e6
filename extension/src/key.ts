/** The keys of the bridge where the person asks for one. All windows of the person have the same. */
import { randomBytes } from "node:crypto";
import type { SecretStorage } from "vscode";

/** Clients come in with the first; with the second, which no program is given, hosts are drained. */
export type KeyName = "key" | "operatorKey";

export async function ownKey(secrets: SecretStorage, name: KeyName = "key"): Promise<string> {
  return (await secrets.get(name)) ?? newKey(secrets, name);
}

/** Clients that have the old one no longer come in once the bridge has started again. */
export async function newKey(secrets: SecretStorage, name: KeyName = "key"): Promise<string> {
  const key = `mcptb-${randomBytes(24).toString("base64url")}`;
  await secrets.store(name, key);
  return key;
}
