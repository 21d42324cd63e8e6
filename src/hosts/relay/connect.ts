/** Opens a relay to a bridge that will use our hosts. */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { WebSocket } from "ws";
import { safeLine } from "../../util/safe-line.ts";
import { boundBytes, RelayRefused, Unproven } from "./greeting.ts";
import type { Link } from "./link.ts";
import { LENDER_TAKES, RELAY_PATH, RELAY_PROTOCOL } from "./protocol.ts";
import { proveAsLender, type Proving } from "./proof.ts";
import { WebSocketLink } from "./websocket-link.ts";

/** Time limit for the other side to accept. */
const WITHIN_MS = 5000;

/** How we identify ourselves: by a secret that the other side must know too, or by a key. */
export type RelayAuth = { readonly secret: string } | { readonly key: string };

export interface RelayAddress {
  /** The bridge's URL, as clients use it. */
  readonly url: string;
  readonly auth: RelayAuth;
}

/** @throws RelayRefused */
export async function connectRelay(address: RelayAddress, ending: AbortSignal): Promise<Link> {
  const { url, auth } = address;
  const signal = AbortSignal.any([ending, AbortSignal.timeout(WITHIN_MS)]);
  const proving = "key" in auth ? { key: auth.key, to: new URL(relayUrl(url)).href } : auth;
  const socket = new WebSocket(relayUrl(url), RELAY_PROTOCOL, {
    maxPayload: LENDER_TAKES.bytes,
    perMessageDeflate: false,
  });
  const onAbort = (): void => socket.terminate();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return new WebSocketLink(socket, await opened(socket, url, proving, signal));
  } catch (error) {
    socket.terminate();
    if (error instanceof Unproven) throw new RelayRefused(unprovenAt(url, error));
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** The proof starts inside the open event: the other side's first message may be in the same packet. */
function opened(socket: WebSocket, url: string, proving: Proving, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let raw: Socket | undefined;
    let isOpen = false;
    socket.on("upgrade", (response: IncomingMessage) => {
      raw = response.socket;
    });
    socket.on("unexpected-response", (_request, response: IncomingMessage) => {
      response.destroy();
      reject(new RelayRefused(refusal(url, response.statusCode ?? 0)));
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      const reason = error.code ?? safeLine(error.message).replace(/\.$/, "");
      reject(new RelayRefused(`No bridge accepts relays at ${url} (${reason}).`));
    });
    socket.on("close", () => {
      // After that the proof reports the reason.
      if (!isOpen) reject(new RelayRefused(`The connection to ${url} has ended.`));
    });
    socket.on("open", () => {
      isOpen = true;
      const connection = raw;
      if (connection === undefined) throw new Error("A WebSocket opens by an upgrade.");
      // Not earlier: it would consume the data that came with the response.
      const unbound = boundBytes(connection);
      proveAsLender({ socket, raw: connection, signal }, proving)
        .finally(unbound)
        .then(() => resolve(connection), reject);
    });
  });
}

/**
 * The relay's address under that of a bridge, which may be behind a proxy with a path.
 *
 * @throws RelayRefused when it is not the address of a bridge.
 */
function relayUrl(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new RelayRefused(`${JSON.stringify(url.slice(0, 200))} is not the address of a bridge.`);
  }
  return `${url.replace(/(?<!\/)\/+$/, "").replace(/^http/i, "ws")}${RELAY_PATH}`;
}

function unprovenAt(url: string, { message, code = 0 }: Unproven): string {
  // The accepting side has closed with 4000 plus the corresponding HTTP status.
  return code > 4000 && code < 5000
    ? refusal(url, code - 4000)
    : `The program at ${url} is not the expected bridge: ${message}.`;
}

function refusal(url: string, status: number): string {
  const reasons: Readonly<Record<number, string>> = {
    400: "it uses another version of the relay protocol; use the same version of mcptb on both sides",
    401: "the key is not one of its --host-key",
    403: "it is not served under this name or on this port; allow the name there with --allowed-hosts",
    404: "it does not accept relays; is it mcptb, and of this version?",
    429: "too many processes already lend their hosts to it; try again later",
    503: "it is stopping",
  };
  return `The bridge at ${url} refused: ${reasons[status] ?? `status ${status}`}.`;
}
