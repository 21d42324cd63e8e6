/** Which other bridge on this machine may hold the address that one wants. */
import { lookup } from "node:dns/promises";
import { networkInterfaces } from "node:os";

const ANY_V4 = "0.0.0.0";
const ANY = "::";

/** The address on which a bridge listens that is told to listen on `host`. */
export async function addressOf(host: string): Promise<string> {
  return lookup(host).then(
    ({ address }) => address,
    () => host,
  );
}

/** The addresses on which a listener is in the way of one on `address`, that itself first. */
export function rivalsOf(address: string): readonly string[] {
  const isV4 = !address.includes(":");
  const rivals = new Set([address, ...(isV4 || address === ANY ? [ANY, ANY_V4] : [ANY])]);
  if (address === ANY || address === ANY_V4) {
    const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    for (const { address: one, family } of own) if (family === "IPv4" || address === ANY) rivals.add(one);
  }
  return [...rivals];
}
