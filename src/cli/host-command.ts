import { Option, type Command } from "commander";
import type { HostFlags } from "./host-options.ts";
import { givenFlags, joinedFlag, settingsOf } from "./settings.ts";

/** Adds `mcptb host`. */
export function addHost(program: Command): void {
  program
    .command("host")
    .helpGroup("Run:")
    .description(
      "lend the model of an OpenAI-compatible or Anthropic endpoint (Ollama, vLLM, a cloud) to a bridge",
    )
    .usage("--upstream <url> --model <name> [options] [-- command...]")
    .argument("[command...]", "the bridge to start, `mcptb` by default")
    .requiredOption("--upstream <url>", "the endpoint, e.g. http://127.0.0.1:11434")
    .requiredOption("--model <name>", "the model to use there")
    .option(
      "--map <name=model>",
      "use another model for clients that ask for this name; repeatable",
      collect,
      [],
    )
    .addOption(
      new Option("--api <api>", "the endpoint's API; by default derived from its address").choices([
        "openai",
        "anthropic",
      ]),
    )
    .option("--key-env <name>", "the variable with the endpoint's key")
    .option("--consent <mode>", "ask before each request, minutes:N or always (default: ask)")
    .option(
      "--attach <url>",
      "attach to a running bridge with --mcp-http, e.g. http://127.0.0.1:8000/mcp, instead of starting one",
    )
    .option("--attach-key-env <name>", "the variable with that bridge's key")
    .action(async (command: readonly string[], flags: HostFlags) => {
      const { host } = await import("./host.ts");
      const settings = givenFlags(program).map(joinedFlag);
      await host({ flags, command, settings, config: settingsOf(program) });
    });
}

function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}
