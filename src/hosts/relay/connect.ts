/** Opens a relay to a bridge that is to have our hosts. */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { WebSocket } from "ws";
import { MAX_MESSAGE, RELAY_PATH, RELAY_PROTOCOL } from "./protocol.ts";
import { proveAsLender, receiveWelcome, Unproven } from "./proof.ts";

/** How long the other side may take to accept. */
const WITHIN_MS = 5000;

/** How we show who we are: by a secret that the other side must know as well, or by a key. */
export type RelayAuth = { readonly secret: string } | { readonly key: string };

export interface RelayAddress {
  /** The bridge's URL, as clients use it. */
  readonly url: string;
  readonly auth: RelayAuth;
}

export interface RelaySocket {
  readonly socket: WebSocket;
  /** The connection under it. */
  readonly raw: Socket;
}

/** There is no relay; the message says why, and what to do. */
export class RelayRefused extends Error {
  override readonly name = "RelayRefused";
}

/** @throws RelayRefused */
export async function connectRelay(address: RelayAddress, ending: AbortSignal): Promise<RelaySocket> {
  const { url, auth } = address;
  const signal = AbortSignal.any([ending, AbortSignal.timeout(WITHIN_MS)]);
  const socket = new WebSocket(relayUrl(url), RELAY_PROTOCOL, {
    maxPayload: MAX_MESSAGE,
    perMessageDeflate: false,
    headers: "key" in auth ? { authorization: `Bearer ${auth.key}` } : {},
  });
  const onAbort = (): void => socket.terminate();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const raw = await opened(socket, url, async () => {
      if ("secret" in auth) await proveAsLender(socket, auth.secret, signal);
      await receiveWelcome(socket, signal);
    });
    return { socket, raw };
  } catch (error) {
    socket.terminate();
    if (error instanceof Unproven)
      throw new RelayRefused(`What answers at ${url} is not the bridge we look for: ${error.message}.`);
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** `greet` runs within the event of opening: the other side's first message may be in the same packet. */
function opened(socket: WebSocket, url: string, greet: () => Promise<void>): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let raw: Socket | undefined;
    socket.on("upgrade", (response: IncomingMessage) => {
      raw = response.socket;
    });
    socket.on("unexpected-response", (_request, response: IncomingMessage) => {
      response.resume();
      reject(new RelayRefused(refusal(url, response.statusCode ?? 0)));
    });
    socket.on("error", (error: NodeJS.ErrnoException) =>
      reject(
        new RelayRefused(`There is no bridge that takes relays at ${url} (${error.code ?? error.message}).`),
      ),
    );
    socket.on("open", () => {
      greet().then(
        () => (raw === undefined ? reject(new Error("There is no connection.")) : resolve(raw)),
        reject,
      );
    });
  });
}

/** The relay's address under a bridge's, which may stand behind a proxy under a path. */
function relayUrl(url: string): string {
  return `${url.replace(/\/+$/, "").replace(/^http/, "ws")}${RELAY_PATH}`;
}

function refusal(url: string, status: number): string {
  const reasons: Readonly<Record<number, string>> = {
    400: "it speaks another version of the relay; use the same version of mcptb on both sides",
    401: "the key is not one of its --host-key",
    403: "it is not served under this name; allow it there with --allowed-hosts",
    404: "it does not take relays; is it mcptb, and of this version?",
  };
  return `The bridge at ${url} refused: ${reasons[status] ?? `status ${status}`}.`;
}
