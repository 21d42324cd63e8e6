/**
 * The sender of a request, for hosts that show it to their person: a member of the `metadata` of a sampling request.
 * It is sent only to hosts that declare this capability, because hosts may pass unknown metadata to their model's
 * provider. Written here by the bridge, and read here by our own host.
 */
import * as z from "zod";
import type { AskedBy } from "../../turn/request.ts";
import { oneLine } from "../../util/terminal-text.ts";

/** The name in capabilities and in `metadata`. */
export const ASKED_BY = "mcp-token-bridge/asked-by";

const LONGEST = 100;
const NOBODY: AskedBy = { client: "", key: "" };
const metadata = z.looseObject({ [ASKED_BY]: z.object({ client: z.string(), key: z.string() }) });

interface Declaring {
  readonly experimental?: Readonly<Record<string, unknown>> | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** Whether a host declares the capability: `experimental` in the legacy era, `extensions` in the modern one. */
export function wantsAskedBy({ experimental, extensions }: Declaring): boolean {
  return experimental?.[ASKED_BY] !== undefined || extensions?.[ASKED_BY] !== undefined;
}

/** For the `metadata` of a request. */
export function askedByMetadata({ client, key }: AskedBy): Readonly<Record<string, AskedBy>> {
  return { [ASKED_BY]: { client: oneLine(client, LONGEST), key: oneLine(key, LONGEST) } };
}

/** The sender in the metadata of a request; unknown members are empty. */
export function askedBy(params: { readonly metadata?: unknown }): AskedBy {
  return metadata.safeParse(params.metadata).data?.[ASKED_BY] ?? NOBODY;
}
