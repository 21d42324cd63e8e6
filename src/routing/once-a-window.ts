import type { HostInfo } from "../hosts/host.ts";

/**
 * An editor's window may lend its models by two ways at once: by MCP, and by an extension that knows them all. It is one host all the
 * same, told and asked by the way that can do more. A refusal by that way is the person's, and the other way is none around it.
 */
export function onceAWindow<Place extends { readonly label: string; readonly info: HostInfo }>(
  places: readonly Place[],
): Place[] {
  return places.flatMap((place) => {
    if (places.some(({ info }) => replaces(info, place.info))) return [];
    // Clients know the window by the name that it had first.
    const first = places.find((other) => other === place || replaces(place.info, other.info));
    const { label } = first ?? place;
    return label === place.label ? [place] : [{ ...place, label, info: { ...place.info, label } }];
  });
}

function replaces(other: HostInfo, { window, name, catalog }: HostInfo): boolean {
  return (
    window !== undefined &&
    catalog === undefined &&
    other.window === window &&
    // What else a window has started may be a host of its own.
    other.name === name &&
    other.catalog !== undefined &&
    other.canSample
  );
}
