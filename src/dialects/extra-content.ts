/**
 * Calls in chat completions have no member for signed reasoning. Google's extension for it is the one that clients send
 * back with a call, so ours uses it too.
 */
export function extraContent(signatures: readonly string[]): object {
  if (signatures.length === 0) return {};
  return { extra_content: { google: { thought_signature: signatures.join(" ") } } };
}
