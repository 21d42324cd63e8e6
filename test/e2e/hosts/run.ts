/**
 * `npm run test:hosts [-- vitest arguments]`: installs the hosts from PyPI, npm and the Go proxy, then runs the tests without a
 * network, so that no host talks to anyone but the bridge and the scripted model.
 */
import { installCopilotCli } from "../clients/support/install.ts";
import { runOffline } from "../../support/processes/offline.ts";
import { install, installInspector } from "./support/install.ts";

try {
  await install();
  await installInspector();
  await installCopilotCli();
  runOffline("hosts");
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
