/** `mcptb demo`: our own MCP host in this process, which starts the bridge as another process and lends it a demo model. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../config/settings.ts";
import { demoAnswer, lastWords, piecesOf } from "../reference-host/demo-model.ts";
import { startReferenceHost, type ReferenceHost } from "../reference-host/host.ts";
import type { Model } from "../reference-host/model.ts";
import { stdioTransport } from "../reference-host/transport.ts";
import { oneLine } from "../util/terminal-text.ts";
import { clientUrl } from "../joining/client-url.ts";
import { freePort } from "../joining/free-port.ts";
import { banner, type Served } from "./banner.ts";
import { withRemedy } from "./cannot-listen.ts";
import { CliError } from "./failure.ts";
import { ownProgram } from "./own-program.ts";
import { print } from "./print.ts";
import { targetOf } from "../recipes/recipes.ts";
import { usualShell } from "../recipes/shell.ts";
import { joinedFlag, type GivenFlag } from "./settings.ts";
import { stopSignal } from "./stop-signal.ts";
import { hasHostWithin } from "./wait-ready.ts";
import { say } from "../util/say.ts";

export interface DemoOptions {
  /** Settings of the command line for the bridge. */
  readonly flags: readonly GivenFlag[];
  /** Milliseconds the demo model thinks. */
  readonly thinkMs: number;
}

const NAME = "mcptb-demo";
const served = (): Served => ({
  what: say`a demo model`,
  end: say`Ctrl-C ends the bridge and the demo. Requests to the demo host are listed below.`,
});
const READY_WITHIN_MS = 15_000;
/** Slow enough to see the streaming, fast enough not to wait. */
const PIECE_MS = 12;

/**
 * Runs until a signal arrives.
 *
 * @throws CliError when the port is taken or the bridge ends by itself.
 */
export async function demo(config: Config, options: DemoOptions): Promise<void> {
  let stopping = false;
  const stopped = stopSignal().then(() => {
    stopping = true;
  });
  const port = await freePort(config.host, config.port).catch(async (error: unknown) => {
    throw await withRemedy(error);
  });
  const url = clientUrl(config.host, port);
  // Added last, because the last --port counts.
  const bridge = ownProgram(["serve", ...options.flags.map(joinedFlag), `--port=${port}`]);
  const host = await startReferenceHost({
    name: NAME,
    transport: stdioTransport({ ...bridge, env: process.env }),
    model: demoModel(options.thinkMs),
    streams: true,
    // So the bridge shows how it supplies them.
    tools: false,
    era: "legacy",
  }).catch((error: unknown) => {
    // The terminal sends Ctrl-C to the bridge too, here during the handshake.
    if (stopping) return undefined;
    throw new CliError(say`the bridge did not start; its last messages are above`, { cause: error });
  });
  if (host === undefined) return;
  try {
    const ended = Promise.race([stopped, gone(host)]);
    if ((await Promise.race([ended, ready(url, config.apiKey)])) === "ready") {
      print(banner(targetOf(url, config.apiKey), usualShell(), served()));
    }
    await ended;
  } finally {
    await host.close();
  }
}

function demoModel(thinkMs: number): Model {
  return async ({ params, signal, emit }) => {
    note(
      say`lends its model to ${params.messages.length} message(s), the last: ${oneLine(lastWords(params), 60)}`,
    );
    try {
      await sleep(thinkMs, undefined, { signal });
      const answer = demoAnswer(params);
      for (const text of piecesOf(answer)) {
        await emit({ type: "text", text });
        await sleep(PIECE_MS, undefined, { signal });
      }
      return answer;
    } catch (error) {
      note(say`stopped: the request was cancelled`);
      throw error;
    }
  };
}

function note(text: string): void {
  print(`${new Date().toTimeString().slice(0, 8)} demo host ${text}\n`);
}

/** The terminal sends Ctrl-C to the bridge too, which may have ended before our own handler runs. */
async function gone(host: ReferenceHost): Promise<never> {
  await host.closed;
  await sleep(500);
  throw new CliError(say`the bridge has ended unexpectedly; its last messages are above`);
}

/** Waits until the bridge at `url` has this process as its host. */
async function ready(url: string, keys: readonly string[]): Promise<"ready"> {
  if (await hasHostWithin({ url, key: keys[0] }, NAME, READY_WITHIN_MS)) return "ready";
  throw new CliError(say`the bridge did not answer at ${url} within ${READY_WITHIN_MS / 1000} s`);
}
