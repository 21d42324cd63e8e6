/** The command line: which command runs, with which settings. */
import { Command, InvalidArgumentError } from "commander";
import { ConfigError } from "../config/error.ts";
import { VERSION } from "../version.ts";
import { EXIT, outcomeOf } from "./failure.ts";
import { serve } from "./serve.ts";
import { addSettings, flagsOf, settingsOf } from "./settings.ts";

/** Runs the command line; resolves with the exit code when the command is done. */
export async function main(argv: readonly string[]): Promise<number> {
  const program = new Command("mcptb")
    .description("Serves the model inside an MCP host as OpenAI and Anthropic HTTP APIs.")
    .version(VERSION)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true });
  addSettings(program);

  // The settings belong to the program and not to the commands, so they may stand before and after a command's name.
  program
    .command("serve", { isDefault: true })
    .description("run as MCP server on stdio, with the gateway (the default)")
    .usage("[options]")
    .argument("[command]")
    .action((unknown: string | undefined) => {
      if (unknown === undefined) return serve(settingsOf(program));
      throw new ConfigError(`there is no command ${JSON.stringify(unknown)}; see mcptb --help`);
    });
  program
    .command("demo")
    .description("run the bridge with an MCP host of its own that lends a demo model")
    .option("--think-ms <ms>", "how long the demo model thinks before it answers", milliseconds, 400)
    .action(async ({ thinkMs }: { thinkMs: number }) => {
      const { demo } = await import("./demo.ts");
      await demo(settingsOf(program), { bridgeFlags: flagsOf(program), thinkMs });
    });

  try {
    await program.parseAsync(argv);
    return EXIT.ok;
  } catch (error) {
    return fail(error);
  }
}

function milliseconds(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Give a whole number of milliseconds.");
  return Number(text);
}

/** Says what went wrong, in one line unless debugging; returns the exit code. */
export function fail(error: unknown): number {
  const level = process.env["MCPTB_LOG_LEVEL"];
  const { exitCode, message } = outcomeOf(error, level === "debug" || level === "trace");
  if (message !== undefined) for (const line of message.split("\n")) process.stderr.write(`mcptb: ${line}\n`);
  return exitCode;
}
