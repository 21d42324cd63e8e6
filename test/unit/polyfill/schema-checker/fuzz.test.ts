/** The short form of what `test/limits/fuzz.test.ts` does. */
import { fuzzSchemas } from "../../../limits/support/schemas.ts";
import { verifies } from "../../../support/verifies.ts";

verifies(
  "server.schemas-bounded",
  "schemas of any structure and values for them: no crash, no rejection, a verdict for each",
  () => fuzzSchemas(100),
);
