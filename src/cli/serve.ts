/** `mcptb`: the MCP server on stdio and the gateway on its port. */
import { createBridge } from "../bridge.ts";
import type { Config } from "../config/schema.ts";
import { StdioTransport } from "../hosts/mcp/stdio.ts";
import { createLog } from "../observability/log.ts";

/** A host that only probes opens and closes its connection faster than this. */
const PROBE_MS = 1000;
const RETRY_MS = 2000;

/** Runs until stdin ends or a signal comes; resolves when everything is closed. */
export async function serve(config: Config): Promise<void> {
  const log = createLog(config);
  const bridge = createBridge(config, log);
  let opening: Promise<void> | undefined;
  let ended = false;

  async function open(): Promise<void> {
    for (;;) {
      try {
        await bridge.start();
        return;
      } catch (error) {
        const code = error instanceof Error && "code" in error ? error.code : undefined;
        if (code !== "EADDRINUSE") throw error;
        log.error(
          `Port ${config.port} on ${config.host} is taken. Stop the other program or choose another --port; trying again.`,
        );
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        if (ended) return;
      }
    }
  }

  await new Promise<void>((resolve, reject) => {
    const end = (): void => {
      ended = true;
      resolve();
    };
    const openOnce = (): void => {
      opening ??= open();
      opening.catch(reject);
    };
    process.once("SIGINT", end);
    process.once("SIGTERM", end);
    setTimeout(openOnce, PROBE_MS).unref();
    const transport = new StdioTransport(process.stdin, process.stdout);
    bridge.connect(transport, { onFirstMessage: openOnce, onClosed: end }).catch(reject);
  });
  await bridge.stop();
}
