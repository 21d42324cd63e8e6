/**
 * What a host wants back of its model's reasoning, as a `thoughtSignature`: the member with which clients of this API send such a
 * thing back. It is bytes in base64 there, and some clients check that.
 */
import type { ReasoningPart } from "../../turn/message.ts";

/** Tells our own from those that Google made, which go on as they are. */
const HEAD = "signed:";

export function encodeSignatures(signatures: readonly string[]): string {
  return Buffer.from(HEAD + signatures.join(" "), "utf8").toString("base64");
}

/** The reasoning that the signature stands for. */
export function readSignature(signature: string): ReasoningPart[] {
  const text = Buffer.from(signature, "base64").toString("utf8");
  const found = text.startsWith(HEAD) ? text.slice(HEAD.length) : signature;
  return found
    .split(/\s+/)
    .filter((each) => each !== "")
    .map((each) => ({ type: "reasoning", text: "", signature: each }));
}
