/** The key that clients need where the person asks for one. All windows of the person have the same. */
import { randomBytes } from "node:crypto";
import type { SecretStorage } from "vscode";

const NAME = "key";

export async function ownKey(secrets: SecretStorage): Promise<string> {
  return (await secrets.get(NAME)) ?? newKey(secrets);
}

/** Clients that have the old one no longer come in once the bridge has started again. */
export async function newKey(secrets: SecretStorage): Promise<string> {
  const key = `mcptb-${randomBytes(24).toString("base64url")}`;
  await secrets.store(NAME, key);
  return key;
}
