/**
 * Writes the vocabulary of the tokenizer, `data/o200k.bin`, from the list that gpt-tokenizer carries (MIT, as the list itself).
 * Its form: the number of tokens (4 bytes, little endian); for each token, in order of rank, its length in UTF-16 units
 * (1 byte; 0 for a token that is only a piece of a character); then all tokens, joined, as UTF-8.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const source = createRequire(import.meta.url).resolve("gpt-tokenizer/data/o200k_base.tiktoken");
const target = path.resolve(import.meta.dirname, "../data/o200k.bin");

const tokens = readFileSync(source, "latin1")
  .split("\n")
  .filter((line) => line !== "")
  .map((line, rank) => {
    const [base64 = "", number] = line.split(" ");
    if (Number(number) !== rank) throw new Error(`The list leaves out rank ${rank}.`);
    const bytes = Buffer.from(base64, "base64");
    const token = bytes.toString("utf8");
    return Buffer.from(token, "utf8").equals(bytes) ? token : "";
  });
const count = Buffer.alloc(4);
count.writeUInt32LE(tokens.length);
const lengths = Buffer.from(tokens.map(({ length }) => length));
writeFileSync(target, Buffer.concat([count, lengths, Buffer.from(tokens.join(""), "utf8")]));
console.error(`${tokens.length} tokens written to ${target}.`);
