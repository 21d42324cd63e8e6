/** The short form of what `test/limits/fuzz.test.ts` does. */
import { RELAY_PROPERTIES } from "../../../limits/support/relay-frames.ts";
import { verifies } from "../../../support/verifies.ts";

for (const { name, fuzz } of RELAY_PROPERTIES)
  verifies(["relay.before-proof", "relay.bounded"], name, () => fuzz(40));
