import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { setImmediate } from "node:timers/promises";

/** The tokens of o200k_base that are text, each with its rank; a lower rank merges first. */
export type Vocabulary = ReadonlyMap<string, number>;

/** Entries read between two turns of the event loop; about a millisecond. */
const SLICE = 1000;

/**
 * Reads the vocabulary from gpt-tokenizer's data file, in slices, so that 200,000 entries never hold up a request. Tokens
 * that are pieces of a character are left out.
 */
export async function loadVocabulary(): Promise<Vocabulary> {
  const file = createRequire(import.meta.url).resolve("gpt-tokenizer/data/o200k_base.tiktoken");
  const lines = await readFile(file, "latin1");
  const ranks = new Map<string, number>();
  let read = 0;
  for (let at = 0; at < lines.length; read += 1) {
    if (read % SLICE === 0) await setImmediate();
    const space = lines.indexOf(" ", at);
    const lineBreak = lines.indexOf("\n", space);
    const token = Buffer.from(lines.slice(at, space), "base64").toString("utf8");
    if (!token.includes("\uFFFD")) ranks.set(token, read);
    at = lineBreak < 0 ? lines.length : lineBreak + 1;
  }
  return ranks;
}
