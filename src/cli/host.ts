/** `mcptb host`: an MCP host that lends the model of an OpenAI-compatible or Anthropic endpoint to a bridge. */
import type { Config } from "../config/settings.ts";
import { readableLog } from "../observability/readable-log.ts";
import { withConsent } from "../reference-host/consent.ts";
import { startReferenceHost } from "../reference-host/host.ts";
import { lendUpstream, type Lent } from "../reference-host/lend-upstream.ts";
import { LendingError, type Model } from "../reference-host/model.ts";
import { httpTransport, stdioTransport } from "../reference-host/transport.ts";
import { oneLine } from "../util/terminal-text.ts";
import { targetOf } from "../recipes/recipes.ts";
import { usualShell } from "../recipes/shell.ts";
import { checkUpstream } from "../reference-host/upstream/check-upstream.ts";
import { clientUrl } from "../joining/client-url.ts";
import { banner } from "./banner.ts";
import { hasHostWithin } from "./wait-ready.ts";
import { CliError } from "./failure.ts";
import { consentOf, keyVariable, lentOf, webAddress, type Consent, type HostFlags } from "./host-options.ts";
import { programOf } from "./own-program.ts";
import { print, type Shown } from "./print.ts";
import { sealKey } from "./seal-key.ts";
import { stopSignal } from "./stop-signal.ts";
import { openTerminal } from "./terminal.ts";
import { say } from "../util/say.ts";

export interface HostOptions {
  readonly flags: HostFlags;
  /** The bridge's command line as typed after `--`. */
  readonly command: readonly string[];
  /** Settings of the command line, for a bridge that we start. */
  readonly settings: readonly string[];
  /** The same settings, parsed. */
  readonly config: Config;
}

const NAME = "mcptb-host";
const PROBE_MS = 15_000;

/**
 * Runs until a signal arrives.
 *
 * @throws ConfigError for invalid flags; CliError when there is no bridge or it ends unexpectedly.
 */
export async function host(options: HostOptions): Promise<void> {
  const { flags, command, settings, config } = options;
  const { mcpEra: era, stateDir } = config;
  const terminal = process.stdin.isTTY && process.stdout.isTTY;
  const lent = lentOf(flags, process.env);
  const consent = consentOf(flags, terminal);
  let stopping = false;
  const stopped = stopSignal().then(() => {
    stopping = true;
  });
  const keyboard =
    consent.type === "ask"
      ? openTerminal({
          input: process.stdin,
          output: process.stdout,
          onInterrupt: () => process.emit("SIGINT"),
        })
      : undefined;
  const write = keyboard?.print ?? print;
  const note: Note = (text) => write(`${new Date().toTimeString().slice(0, 8)} host ${text}\n`);
  const leaving = new AbortController();
  void checkUpstream(lent, [...new Set([lent.model, ...lent.models.values()])]).then((fault) => {
    if (fault !== undefined && !leaving.signal.aborted) note(say`warning: ${oneLine(fault, 1000)}`);
  });
  const { transport, where } = bridgeOf(flags, {
    command: command.length === 0 ? ["mcptb", ...settings] : command,
    // Written by us, so that it does not interrupt a question.
    onLog: keyboard === undefined ? undefined : logTo(write),
  });
  const told = toldTo(
    lendUpstream(await withKeptKey(lent, stateDir, note), (text) => note(oneLine(text, 500))),
    note,
  );
  const model =
    consent.type === "always" || keyboard === undefined
      ? told
      : withConsent(told, {
          ...consent,
          model: flags.model,
          ask: keyboard.ask,
        });
  try {
    const running = await startReferenceHost({
      name: NAME,
      transport,
      model,
      streams: true,
      tools: true,
      wantsAskedBy: keyboard !== undefined,
      // For a host that supports both: only the legacy era can cancel a request, and it needs no open calls.
      era: era === "modern" ? "modern" : "legacy",
      ...(flags.attach !== undefined && { probeMs: PROBE_MS }),
    }).catch((error: unknown) => {
      if (stopping) return undefined;
      throw new CliError(say`${where} did not accept this host: ${reasonOf(error)}`, {
        cause: error,
      });
    });
    if (running === undefined) return;
    void showBanner().catch(() => undefined);
    note(say`lends ${oneLine(flags.model)} of ${lent.endpoint.host} to ${where}; ${consentText(consent)}`);
    try {
      await Promise.race([stopped, running.closed]);
      // Ctrl-C reaches the bridge too, which may be gone before our own handler runs.
      if (!stopping) await Promise.race([stopped, new Promise((resolve) => setTimeout(resolve, 500))]);
      if (!stopping) throw new CliError(say`${where} has ended unexpectedly`);
    } finally {
      await running.close();
    }
  } finally {
    leaving.abort();
    keyboard?.close();
  }

  /** The address of our bridge, or of the one that leads, where it is known. */
  async function showBanner(): Promise<void> {
    if (flags.attach !== undefined || command.length > 0 || config.port === 0) return;
    const url = clientUrl(config.host, config.port);
    const address = { url, key: config.apiKey[0] };
    if (!(await hasHostWithin(address, NAME, PROBE_MS, leaving.signal)) || leaving.signal.aborted) return;
    const served = {
      what: say`${oneLine(flags.model)} of ${lent.endpoint.host}`,
      end: say`Ctrl-C ends the bridge and this host. Its requests are listed below.`,
    };
    write(banner(targetOf(url, config.apiKey), usualShell(), served));
  }
}

type Note = (text: string) => void;

/** When the key cannot be saved, only this process can open what it seals. */
async function withKeptKey(lent: Lent, stateDir: string | undefined, note: Note): Promise<Lent> {
  try {
    return { ...lent, sealKey: await sealKey(stateDir) };
  } catch (error) {
    note(
      say`cannot save its key: clients that continue after a restart lose the model's reasoning (${reasonOf(error)})`,
    );
    return lent;
  }
}

interface Started {
  readonly command: readonly string[];
  readonly onLog: ((line: string) => void) | undefined;
}

function bridgeOf(flags: HostFlags, { command, onLog }: Started) {
  if (flags.attach !== undefined) {
    const url = webAddress("--attach", flags.attach);
    const key = flags.attachKeyEnv === undefined ? undefined : process.env[flags.attachKeyEnv];
    return { transport: httpTransport(url, key), where: url.host };
  }
  const secret = keyVariable(flags, webAddress("--upstream", flags.upstream));
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== secret));
  // The output is line based.
  const env = onLog === undefined ? own : { MCPTB_LOG_FORMAT: "json", ...own };
  return {
    transport: stdioTransport({ ...programOf(command), env, onLog }),
    where: oneLine(command[0] ?? ""),
  };
}

/** Reports the outcome of each request, without its content. */
function toldTo(model: Model, note: Note): Model {
  return async (lending) => {
    const began = performance.now();
    const seconds = (): string => ((performance.now() - began) / 1000).toFixed(1);
    try {
      const result = await model(lending);
      note(say`answered with ${oneLine(result.model)} in ${seconds()} s (${result.stopReason ?? "endTurn"})`);
      return result;
    } catch (thrown) {
      if (lending.signal.aborted) note(say`stopped after ${seconds()} s: the request was cancelled`);
      else if (thrown instanceof LendingError) note(say`failed: ${oneLine(thrown.message, 500)}`);
      throw thrown;
    }
  };
}

function consentText(consent: Consent): string {
  if (consent.type === "always") return say`all requests are answered without asking you`;
  return consent.always ? say`you are asked, for some minutes each` : say`you are asked before each request`;
}

function reasonOf(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : String(error), 500);
}

/** The log of a bridge, in the terminal's format. */
function logTo(write: (...parts: Shown[]) => void): (line: string) => void {
  const readable = readableLog();
  // Its texts are already printable, and the colours are ours.
  return (line) => write({ control: readable(line) });
}
