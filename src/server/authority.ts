import { isIP } from "node:net";

const AUTHORITY = /^(?:\[([0-9a-f:.]+)\]|([\w-]+(?:\.[\w-]+)*)\.?)(?::\d{0,5})?$/;

/**
 * The host name in `host[:port]`, as in `Host` headers and settings (RFC 9110, section 7.2): lower case, without
 * port, brackets and the final dot of a full domain name, IPv6 in its shortest form. `undefined` when it is not valid.
 */
export function hostName(authority: string): string | undefined {
  const [, ipv6, name] = AUTHORITY.exec(authority.trim().toLowerCase()) ?? [];
  if (ipv6 === undefined) return name;
  return isIP(ipv6) === 6 ? new URL(`http://[${ipv6}]`).hostname.slice(1, -1) : undefined;
}
