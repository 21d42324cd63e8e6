/**
 * Calls in the form of chat completions have no place for signed reasoning. Google's member for it is the one that clients send back
 * with a call; ours travels in it, too.
 */
export function extraContent(signatures: readonly string[]): object {
  if (signatures.length === 0) return {};
  return { extra_content: { google: { thought_signature: signatures.join(" ") } } };
}
