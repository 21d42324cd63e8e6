// A member of a cluster as a process of its own, which a test can kill: `node member.mjs SERVERS NAME [LABEL] [SETTINGS]`. It says
// where it listens, and each question that its host gets; the host counts slowly to a hundred and says the question.
import { setTimeout as sleep } from "node:timers/promises";
import { createBridge, defineHost, loadConfig } from "../../../../dist/index.js";

const [cluster, clusterName, label, settings = "{}"] = process.argv.slice(2);
const say = (said) => process.stdout.write(`${JSON.stringify(said)}\n`);
const bridge = createBridge(
  loadConfig({
    flags: { port: 0, drainMs: 60_000, maxConcurrent: 1000, cluster, clusterName, ...JSON.parse(settings) },
    env: { MCPTB_STATE_DIR: process.env["MCPTB_STATE_DIR"], MCPTB_LOG_FORMAT: "json" },
  }),
);
if (label) {
  bridge.attach(
    defineHost({
      name: label,
      async *answer(prompt, _request, signal) {
        say({ asked: prompt });
        for (let count = 0; count < 100; count += 1) {
          await sleep(20, undefined, { signal });
          yield `${count} `;
        }
        yield prompt;
      },
    }),
  );
}
await bridge.start();
say({ url: bridge.url });
process.once("SIGTERM", () => void bridge.stop().then(() => process.exit(0)));
