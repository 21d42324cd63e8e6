/** `mcptb`: the MCP server on stdio (optional), and the HTTP APIs on a port. */
import { randomBytes } from "node:crypto";
import { createBridge } from "../bridge/bridge.ts";
import type { explainConfig } from "../config/load.ts";
import { StdioTransport } from "../hosts/mcp/stdio.ts";
import { HostLog } from "../observability/host-log.ts";
import { openLog } from "../observability/log.ts";
import { withRemedy } from "./cannot-listen.ts";
import { surviveDefects } from "./last-resort.ts";
import { leadOrFollow, type StepDown } from "../joining/lead-or-follow.ts";
import { tell } from "./print.ts";
import { stopSignal } from "./stop-signal.ts";
import { windowAround } from "../util/editor-window.ts";
import { say } from "../util/say.ts";

/** A host that only tests the command closes its connection faster than this. */
const PROBE_MS = 1000;

const hint = (): string =>
  say`waiting for an MCP host on stdin. A host should start this command. To try the bridge alone run "mcptb demo"; to add it to VS Code run "mcptb connect vscode". Ctrl-C ends it.`;

/**
 * Runs until the host disconnects or a signal arrives; resolves when everything is closed.
 *
 * @throws CliError when the port cannot be opened for a permanent reason.
 */
export async function serve({ config, origins }: ReturnType<typeof explainConfig>): Promise<void> {
  if (config.stdio && process.stdin.isTTY) tell(`mcptb: ${hint()}\n`);
  const hostLog = new HostLog();
  const log = await openLog(config, process.stderr, hostLog);
  surviveDefects(log);
  const secret = randomBytes(32).toString("base64url");
  const bridge = createBridge(config, log, { relaySecret: secret, origins });
  const ended = new AbortController();
  let opening: Promise<StepDown> | undefined;

  const reason = await new Promise<string>((resolve, reject) => {
    const open = (): void => {
      if (ended.signal.aborted) return;
      opening ??= leadOrFollow(bridge, { config, secret, log, signal: ended.signal });
      opening.catch((error: unknown) => void withRemedy(error).then(reject));
    };
    stopSignal().then(resolve, reject);
    if (!config.stdio) {
      open();
      return;
    }
    setTimeout(open, PROBE_MS).unref();
    const transport = new StdioTransport(process.stdin, process.stdout);
    bridge
      .connect(transport, {
        hostLog,
        window: windowAround(),
        onAttached: open,
        onClosed: () => resolve("the host has disconnected"),
      })
      .catch(reject);
  });
  ended.abort();
  log.info({ reason }, "stopping");
  try {
    await bridge.stop();
  } finally {
    const stepDown = await opening;
    await stepDown?.();
  }
}
