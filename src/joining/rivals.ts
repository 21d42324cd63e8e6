/** Which other bridge on this machine may use the address that this one needs. */
import { lookup } from "node:dns/promises";
import { networkInterfaces } from "node:os";

const ANY_V4 = "0.0.0.0";
const ANY = "::";

/** The IP address for the setting `host`. */
export async function addressOf(host: string): Promise<string> {
  return lookup(host).then(
    ({ address }) => address,
    () => host,
  );
}

/** The addresses on which a listener would conflict with one on `address`; `address` itself comes first. */
export function rivalsOf(address: string): readonly string[] {
  const isV4 = !address.includes(":");
  const rivals = new Set([address, ...(isV4 || address === ANY ? [ANY, ANY_V4] : [ANY])]);
  if (address === ANY || address === ANY_V4) {
    const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    for (const { address: one, family } of own) if (family === "IPv4" || address === ANY) rivals.add(one);
  }
  return [...rivals];
}
