/** GitHub Copilot CLI in a terminal, with the bridge as its MCP server. The test is the person in front of it. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { freePort } from "../../../../src/joining/free-port.ts";
import type { HostInfo } from "../../../../src/hosts/host.ts";
import { cleanEnvironment } from "../../clients/support/environment.ts";
import { MAIN } from "../../../support/processes/spawned-bridge.ts";
import { openTerminalOf } from "../../../support/processes/terminal.ts";

const START_MS = 60_000;
const STEP_MS = 20_000;
/** Milliseconds after which a key is pressed again: it draws its questions before it listens. */
const AGAIN_MS = 2000;
const TRUST = /Do you trust the files in this folder\?/;
const QUESTION = /Approve inference request\?/;

/** The keys for the answers to its question. */
export const KEYS = { yes: "1", always: "2", review: "3", no: "4", cancel: "\u001B" } as const;

export interface CopilotCli {
  /** Where the bridge listens. */
  readonly url: string;
  info(): Promise<HostInfo>;
  /** Waits for its question about one request, which `asks` sends. */
  question<Value>(asks: () => Value): Promise<Value>;
  /** Presses the key until what it brings about has happened. */
  press(key: keyof typeof KEYS, happened: Promise<unknown>): Promise<void>;
  /** Waits until it shows this. */
  shows(pattern: RegExp): Promise<void>;
  stop(): Promise<void>;
}

export interface CopilotCliOptions {
  readonly program: string;
  /** Its home, which several may share. */
  readonly home: string;
  /** The address of its person's own model. */
  readonly model: string;
  /** More flags of the bridge. */
  readonly flags?: readonly string[];
}

/** Starts it in a new folder, says that the folder is trusted, and waits until the bridge has it as its host. */
export async function startCopilotCli(options: CopilotCliOptions): Promise<CopilotCli> {
  const { program, home, model, flags = [] } = options;
  const port = await freePort("127.0.0.1", 0);
  const url = `http://127.0.0.1:${port}`;
  const cwd = await mkdtemp(join(home, "copilot-"));
  const args = [MAIN, "--port", String(port), "--heartbeat-ms=200", "--consent-hint-ms=200", ...flags];
  const bridge = { type: "local", command: process.execPath, args, tools: ["*"] };
  const config = join(cwd, "mcp.json");
  await writeFile(config, JSON.stringify({ mcpServers: { bridge } }));
  const terminal = openTerminalOf([program, "--additional-mcp-config", `@${config}`], {
    cwd,
    env: {
      ...cleanEnvironment(home),
      TERM: "xterm-256color",
      COPILOT_OFFLINE: "true",
      COPILOT_AUTO_UPDATE: "false",
      COPILOT_PROVIDER_BASE_URL: `${model}/v1`,
      COPILOT_MODEL: "scripted-model",
    },
  });
  /** How much of what it wrote has been seen to. */
  let seen = 0;
  const screen = (): string => stripVTControlCharacters(terminal.screen().slice(seen));
  const shows = (pattern: RegExp, withinMs = STEP_MS): Promise<void> =>
    until(
      () => pattern.test(screen()),
      withinMs,
      () => `It does not show ${pattern}:\n${screen().slice(-3000)}`,
    );
  const press = async (key: string, happened: () => boolean): Promise<void> => {
    seen = terminal.screen().length;
    const last = Date.now() + STEP_MS;
    for (;;) {
      terminal.type(key);
      try {
        await until(happened, AGAIN_MS, () => "");
        return;
      } catch {
        if (Date.now() > last)
          throw new Error(`Nothing came of the key ${JSON.stringify(key)}:\n${screen()}`);
      }
    }
  };
  const info = async (): Promise<HostInfo> => {
    const { hosts } = (await (await fetch(`${url}/ready`)).json()) as { hosts: HostInfo[] };
    const [only] = hosts;
    if (only === undefined) throw new Error("The bridge has no host.");
    return only;
  };
  const stop = async (): Promise<void> => {
    for (const pid of terminal.processes()) process.kill(pid, "SIGTERM");
    await terminal.exited;
  };
  try {
    await shows(TRUST, START_MS);
    await press(KEYS.yes, () => /trusted folders|Manual Approval/.test(screen()));
    let attached = false;
    await until(
      () => {
        info().then(
          () => (attached = true),
          () => undefined,
        );
        return attached;
      },
      START_MS,
      () => `The bridge has no host:\n${screen()}`,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    info,
    shows,
    stop,
    async question(asks) {
      seen = terminal.screen().length;
      const asked = asks();
      await shows(QUESTION);
      return asked;
    },
    async press(key, happening) {
      let happened = false;
      const settled = (): void => void (happened = true);
      happening.then(settled, settled);
      await press(KEYS[key], () => happened);
    },
  };
}

async function until(condition: () => boolean, withinMs: number, late: () => string): Promise<void> {
  const last = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > last) throw new Error(late());
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}
