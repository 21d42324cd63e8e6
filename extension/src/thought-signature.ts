/**
 * What a provider wants back with its model's reasoning, packed into the one text that clients carry. Only what this extension has
 * packed is unpacked: a signature of another service means nothing to the editor's models.
 */
import * as z from "zod";

const PREFIX = "mcptb-vscode.1.";

const origin = z.object({
  id: z.string().exactOptional(),
  metadata: z.record(z.string(), z.unknown()).exactOptional(),
});
export type ThoughtOrigin = z.output<typeof origin>;

export function packThought(from: ThoughtOrigin): string {
  return PREFIX + Buffer.from(JSON.stringify(from)).toString("base64url");
}

/** `undefined` for a foreign signature, or one that has been damaged. */
export function unpackThought(signature: string): ThoughtOrigin | undefined {
  if (!signature.startsWith(PREFIX)) return undefined;
  try {
    return origin.parse(
      JSON.parse(Buffer.from(signature.slice(PREFIX.length), "base64url").toString("utf8")),
    );
  } catch {
    return undefined;
  }
}
