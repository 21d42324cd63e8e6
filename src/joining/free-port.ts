import { createServer } from "node:net";
import { CannotListen } from "./cannot-listen.ts";

/**
 * Makes sure that the port can be opened; port 0 becomes a free one.
 *
 * @throws CannotListen when it cannot.
 */
export async function freePort(host: string, port: number): Promise<number> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port, exclusive: true }, resolve);
    });
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : port;
  } catch (error) {
    throw CannotListen.from(host, port, error);
  } finally {
    await new Promise((resolve) => {
      server.close(resolve);
    });
  }
}
