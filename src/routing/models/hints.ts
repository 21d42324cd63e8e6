/** The name with which a client asks for the model that the host prefers. */
export const AUTO_MODEL = "auto";

/**
 * A client's model name in the spellings that hosts use, the exact one first. Hosts search hints as substrings of
 * their own identifiers, which have no date and often write versions with a dot.
 */
export function hintsFor(model: string): string[] {
  if (model === "" || model === AUTO_MODEL) return [];
  // Model routers put the name of a provider in front.
  const bare = model.slice(model.lastIndexOf("/") + 1);
  const dateless = withoutVariant(bare).replace(/[-@]\d{8}$|[-@]\d{4}-\d{2}-\d{2}$|-latest$/, "");
  const dotted = dateless.replace(/(\d)-(\d{1,2})(?=$|-)/, "$1.$2");
  return [...new Set([model, bare, dateless, dotted])].filter((hint) => hint !== "");
}

/** Without a part in brackets at the end: some clients add a variant, `name[1m]`. */
function withoutVariant(name: string): string {
  if (!name.endsWith("]")) return name;
  const open = name.indexOf("[", name.lastIndexOf("]", name.length - 2) + 1);
  return open < 0 ? name : name.slice(0, open);
}
