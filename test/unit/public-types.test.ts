import type { Transport as SdkTransport } from "@modelcontextprotocol/server";
import { pino } from "pino";
import { expect, test } from "vitest";
import type { Logger, Transport } from "../../src/index.ts";

test("a logger of pino and a transport of the MCP SDK have the forms that a bridge takes", () => {
  const logger: Logger = pino({ enabled: false });
  const ours = (transport: SdkTransport): Transport => transport;
  expect([typeof logger.child, typeof ours]).toEqual(["function", "function"]);
});
