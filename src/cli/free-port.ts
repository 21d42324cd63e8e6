import { createServer } from "node:net";
import { CliError } from "./failure.ts";
import { cannotListen } from "./cannot-listen.ts";

/**
 * Makes sure that the port can be opened; port 0 becomes a free one.
 *
 * @throws CliError when it cannot.
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
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new CliError(await cannotListen(host, port, code));
  } finally {
    await new Promise((resolve) => {
      server.close(resolve);
    });
  }
}
