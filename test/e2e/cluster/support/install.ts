import { join } from "node:path";
import { installPins } from "../../clients/support/install.ts";
import { systemPython } from "../../clients/support/python.ts";

/** The NATS server, as its package for Python brings it: a program that needs no Python. */
export async function installNats(): Promise<string> {
  const pins = join(import.meta.dirname, "requirements-nats.txt");
  return join(await installPins("nats", pins, await systemPython()), "nats-server");
}
