/** The short form of `test/limits/fuzz.test.ts`, without a clock. */
import { attackedBridge } from "../../limits/support/attacked-bridge.ts";
import { fuzzHistories } from "../../limits/support/histories.ts";
import { verifies } from "../../support/verifies.ts";

for (const host of ["text", "native"] as const) {
  verifies("server.fuzz", `arbitrary conversations and answers at a host of the kind ${host}`, async () => {
    const bridge = await attackedBridge({ host });
    try {
      await fuzzHistories(bridge, 200);
    } finally {
      await bridge.kill();
    }
  });
}
