/** The command line: parses the command and its settings. */
import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { explainConfig } from "../config/load.ts";
import { terminalLanguage } from "../util/language.ts";
import { VERSION } from "../util/package.ts";
import { speak } from "../util/say.ts";
import { clientUrl } from "../joining/client-url.ts";
import { addAgents, type Arguments, splitArguments } from "./agents/command.ts";
import { addApprovals } from "./approvals/command.ts";
import { addAsk } from "./ask/command.ts";
import { addAudit } from "./audit/command.ts";
import { addCluster } from "./cluster/command.ts";
import { addConnect } from "./connect/command.ts";
import { EXIT, outcomeOf } from "./failure.ts";
import { baseUrl } from "./find-bridge.ts";
import { addHost } from "./host-command.ts";
import { addUsage } from "./usage/command.ts";
import { addKeys } from "./keys/command.ts";
import { print, tell } from "./print.ts";
import { COMPLETED_SHELLS, completionScript, type CompletedShell } from "./completion/scripts.ts";
import { wordsOf } from "./completion/words.ts";
import { addHelp, helpStyle, helpWidth, whereTheRestIs } from "./help.ts";
import { addSettings, givenFlags, settingsOf, sourcesOf } from "./settings.ts";

/** Runs the command line; resolves with the exit code when the command is done. */
export async function main(argv: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.ok;
  const { own, agents, showsAll } = argumentsOf(argv.slice(2));
  await speakTo(own);
  const program = new Command("mcptb")
    .description("Serves the model inside an MCP host as OpenAI, Anthropic, Gemini and Ollama HTTP APIs.")
    .usage("[command] [options]")
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: print,
      writeErr: tell,
      getOutHelpWidth: helpWidth,
      outputError: (text, write) => write(text.replace(/^error: /, "mcptb: ")),
    })
    .configureHelp(helpStyle(showsAll))
    .addHelpText("afterAll", whereTheRestIs(showsAll));
  addSettings(program);

  // The settings belong to the program, not to the commands, so they may come before and after a command's name.
  program
    .command("serve")
    .helpGroup(RUN)
    .description("run as MCP server on stdio, and serve the HTTP APIs (the default)")
    .action(async () => {
      const settings = explainConfig(sourcesOf(program));
      const { serve } = await import("./serve.ts");
      await serve(settings);
    });
  program
    .command("demo")
    .helpGroup(RUN)
    .description("run the bridge with a built-in MCP host that lends a demo model")
    .option("--think-ms <ms>", "how long the demo model thinks before it answers", milliseconds, 400)
    .action(async ({ thinkMs }: { thinkMs: number }) => {
      const { demo } = await import("./demo.ts");
      await demo(settingsOf(program), { flags: givenFlags(program), thinkMs });
    });
  addAsk(program, (code) => {
    exitCode = code;
  });
  program
    .command("attach")
    .helpGroup(RUN)
    .description("run as MCP server on stdio, and lend the host to a bridge on another machine")
    .argument("<url>", "that bridge's address")
    .option("--insecure", "allow plain HTTP to another machine")
    .action(async (url: string, { insecure }: { insecure?: true }) => {
      const { attach } = await import("./attach.ts");
      await attach(settingsOf(program), { url, insecure: insecure === true });
    });
  program
    .command("doctor")
    .helpGroup(LOOK)
    .description("check the path from a client to the host's model, and say what to do")
    .option("--url <url>", "the bridge's address; the default is from --host and --port")
    .option("--no-ask", "do not send a request to the model")
    .option("--timeout <ms>", "how long the model may take", milliseconds, 120_000)
    .option("--json", "print the results as JSON")
    .action(async ({ url, ask, timeout, json }: DoctorFlags) => {
      const { host, port, apiKey } = settingsOf(program);
      const address = url === undefined ? clientUrl(host, port) : baseUrl(url);
      const { runDoctor } = await import("./doctor/run.ts");
      const options = { url: address, key: apiKey[0], ask, timeoutMs: timeout };
      if (!(await runDoctor(options, json === true))) exitCode = EXIT.failed;
    });
  addHost(program);
  program
    .command("hosts")
    .helpGroup(LOOK)
    .description("show the MCP hosts of the running bridge")
    .option("--watch", "refresh every second until Ctrl-C")
    .option("--json", "print them as JSON")
    .addOption(new Option("--drain <label>", "stop giving requests to a host").conflicts(["watch", "json"]))
    .addOption(
      new Option("--resume <label>", "give requests to a host again").conflicts(["watch", "json", "drain"]),
    )
    .action(async ({ watch, json, drain, resume }: HostsFlags) => {
      const config = settingsOf(program);
      const url = clientUrl(config.host, config.port);
      const { operatorKeyFor } = await import("./operator-bridge.ts");
      const address = { url, key: await operatorKeyFor(url, config) };
      const { drainHost, showHosts } = await import("./hosts/hosts.ts");
      const label = drain ?? resume;
      if (label === undefined) await showHosts({ address, json: json === true, watch: watch === true });
      else print(`${await drainHost(address, label, drain !== undefined)}\n`);
    });
  program
    .command("open")
    .helpGroup(LOOK)
    .description("open the page of the running bridge, signed in: what runs, keys, history, settings")
    .option("--url <url>", "the bridge's address; otherwise the one that runs")
    .option("--no-browser", "only print the link, which works once and for a minute")
    .action(async ({ url, browser }: { url?: string; browser: boolean }) => {
      const config = settingsOf(program);
      const [{ findBridge }, { openPage }] = await Promise.all([
        import("./find-bridge.ts"),
        import("./open.ts"),
      ]);
      const { port } = program.opts<{ port?: string }>();
      const isPortGiven = (port ?? process.env["MCPTB_PORT"] ?? "") !== "";
      await openPage(await findBridge(config, { url, isPortGiven }), config, browser);
    });
  program
    .command("config")
    .helpGroup(LOOK)
    .description("show the current settings, and where each value comes from")
    .option("--json", "print them as JSON")
    .action(async ({ json }: { json?: true }) => {
      const { inForce, inForceJson, inForceText } = await import("./show-config.ts");
      const state = inForce(sourcesOf(program));
      print(`${json === true ? inForceJson(state) : inForceText(state)}\n`);
    });
  program
    .command("stop")
    .helpGroup("Share:")
    .description("send nothing to any host and cancel running requests, in every window, until resume")
    .action(async () => {
      const { stopAll } = await import("./stop-and-resume.ts");
      await stopAll(settingsOf(program));
    });
  program
    .command("resume")
    .helpGroup("Share:")
    .description("send requests to hosts again after stop")
    .action(async () => {
      const { resumeAll } = await import("./stop-and-resume.ts");
      await resumeAll(settingsOf(program));
    });
  addApprovals(program);
  addKeys(program);
  addUsage(program);
  addAudit(program);
  addCluster(program);
  addConnect(program);
  addAgents(program, agents, (code) => {
    exitCode = code;
  });
  program
    .command("completion")
    .helpGroup(LOOK)
    .description("print the completion script for a shell")
    .addArgument(new Argument("<shell>", "your shell").choices(COMPLETED_SHELLS))
    .action((shell: CompletedShell) => {
      print(completionScript(shell, wordsOf(program), ["mcptb", "mcp-token-bridge"]));
    });
  addHelp(program);

  try {
    await program.parseAsync(own, { from: "user" });
    return exitCode;
  } catch (error) {
    return fail(error);
  }
}

/** The language, known before the options are parsed, because errors of the command line are translated too. */
async function speakTo(args: readonly string[]): Promise<void> {
  const at = args.findIndex((word) => word === "--lang" || word.startsWith("--lang="));
  const flag = at < 0 ? undefined : (args[at]?.split("=", 2)[1] ?? args[at + 1]);
  const setting = flag ?? process.env["MCPTB_LANG"] ?? "auto";
  const system = Intl.DateTimeFormat().resolvedOptions().locale;
  if (terminalLanguage(setting, process.env, system) === "zh-CN")
    speak((await import("../util/chinese.ts")).CHINESE);
}

const RUN = "Run:";
const LOOK = "Look:";

/** Separates the arguments, and chooses the default command. */
function argumentsOf(args: readonly string[]): Arguments & { readonly showsAll: boolean } {
  const split = splitArguments(args);
  const asksHelp = split.own.includes("--help") || split.own.includes("-h");
  const showsAll = asksHelp && split.own.includes("--all");
  const own = showsAll ? split.own.filter((word) => word !== "--all") : split.own;
  return { ...split, own: split.isCommandNamed || asksHelp ? own : ["serve", ...own], showsAll };
}

interface HostsFlags {
  readonly watch?: true;
  readonly json?: true;
  readonly drain?: string;
  readonly resume?: string;
}

interface DoctorFlags {
  readonly url?: string;
  readonly ask: boolean;
  readonly timeout: number;
  readonly json?: true;
}

function milliseconds(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Give a whole number of milliseconds.");
  return Number(text);
}

/** Prints the error, in one line unless debugging; returns the exit code. */
export function fail(error: unknown): number {
  const level = process.env["MCPTB_LOG_LEVEL"];
  const { exitCode, message } = outcomeOf(error, level === "debug" || level === "trace");
  if (message !== undefined) for (const line of message.split("\n")) tell(`mcptb: ${line}\n`);
  return exitCode;
}
