import type { NamedModel } from "../dialects/dialect.ts";
import type { HostInfo } from "../hosts/host.ts";

/** The name under which any client can ask for whatever model the host prefers. */
export const AUTO_MODEL = "auto";

/** The models that can be named: `auto`, and those that have answered so far. */
export function listModels(hosts: readonly HostInfo[]): NamedModel[] {
  const entries: NamedModel[] = [{ id: AUTO_MODEL, owner: "mcp-token-bridge" }];
  for (const host of hosts) {
    for (const id of host.models) {
      if (!entries.some((entry) => entry.id === id)) entries.push({ id, owner: host.name });
    }
  }
  return entries;
}

/**
 * A client's model name as hints for the host, the exact one first. Hosts compare hints as substrings of their own
 * identifiers, which carry no date and often write versions with a dot.
 */
export function hintsFor(model: string): string[] {
  if (model === "" || model === AUTO_MODEL) return [];
  // Routers before us put the name of a provider in front.
  const bare = model.slice(model.lastIndexOf("/") + 1);
  const dateless = bare.replace(/\[[^\]]*\]$/, "").replace(/[-@]\d{8}$|[-@]\d{4}-\d{2}-\d{2}$|-latest$/, "");
  const dotted = dateless.replace(/(\d)-(\d{1,2})(?=$|-)/, "$1.$2");
  return [...new Set([model, bare, dateless, dotted])].filter((hint) => hint !== "");
}
