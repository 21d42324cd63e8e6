import { changeKeys, keyFile } from "../../../src/control/keys/key-file.ts";
import { added, type Terms } from "../../../src/control/keys/key-list.ts";
import { makeSecret } from "../../../src/control/keys/secret.ts";

/** Makes a key in a state directory, as `mcptb keys add` does; returns what its client sends. */
export async function giveKey(
  stateDir: string,
  name: string,
  terms: Terms = {},
): Promise<{ readonly authorization: string }> {
  const made = makeSecret();
  await changeKeys(keyFile(stateDir), (list) => added(list, name, terms, made, Date.now()));
  return { authorization: `Bearer ${made.text}` };
}
