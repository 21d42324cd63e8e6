/** The options of `mcptb keys`. The implementation is loaded only when it is called, because most processes serve a host. */
import { InvalidArgumentError, Option, type Command } from "commander";
import { DAY_MS, duration } from "../duration.ts";
import { settingsOf } from "../settings.ts";
import type { TermFlags } from "./keys.ts";

export function addKeys(program: Command): void {
  const keys = program
    .command("keys")
    .helpGroup("Share:")
    .description("make, show and revoke keys for the people to whom you lend your model");
  termOptions(
    keys
      .command("add")
      .description("make a key and print its secret, once")
      .argument("<name>", "its name, for example that of the person who gets it"),
    limit,
  )
    .option("--operator", "it may also see and control the whole bridge")
    .action(async (name: string, flags: TermFlags) => {
      const { addKey } = await import("./keys.ts");
      await addKey(settingsOf(program), name, flags);
    });
  termOptions(
    keys
      .command("change")
      .description("change the rights and limits of a key, at once; `any`, `none` or `never` removes a limit")
      .argument("<name>", "the key"),
    limitOrNone,
  ).action(async (name: string, flags: TermFlags) => {
    const { changeKey } = await import("./keys.ts");
    await changeKey(settingsOf(program), name, flags);
  });
  keys
    .command("list")
    .description("list the keys")
    .option("--json", "print them as JSON")
    .action(async ({ json }: { json?: true }) => {
      const { listKeys } = await import("./keys.ts");
      listKeys(settingsOf(program), json === true);
    });
  keys
    .command("show")
    .description("show the rights and limits of a key")
    .argument("<name>", "the key")
    .option("--json", "print it as JSON")
    .action(async (name: string, { json }: { json?: true }) => {
      const { showKey } = await import("./keys.ts");
      showKey(settingsOf(program), name, json === true);
    });
  keys
    .command("rotate")
    .description("give a key a new secret, and print it once")
    .argument("<name>", "the key")
    .addOption(
      new Option("--grace <time>", "how long the old secret stays valid: 24h, 30m, or 0m")
        .argParser(duration)
        .default(DAY_MS, "24h"),
    )
    .action(async (name: string, { grace }: { grace: number }) => {
      const { rotateKey } = await import("./keys.ts");
      await rotateKey(settingsOf(program), name, grace);
    });
  keys
    .command("revoke")
    .description("end a key at once, in every window")
    .argument("<name>", "the key")
    .action(async (name: string) => {
      const { revokeKey } = await import("./keys.ts");
      await revokeKey(settingsOf(program), name);
    });
}

/** The options for the rights and limits of a key. */
function termOptions(command: Command, limit: (text: string) => number): Command {
  return command
    .option("--models <patterns>", "models it may use, separated by commas; * matches any text", listed)
    .option("--hosts <labels>", "hosts it may use, separated by commas", listed)
    .option(
      "--apis <names>",
      "APIs it may be used for: openai-chat, openai-responses, anthropic-messages, gemini, ollama",
      listed,
    )
    .option("--rpm <number>", "requests in a minute", limit)
    .option("--tpm <number>", "tokens in a minute, prompts and answers together", limit)
    .option("--requests-per-day <number>", "requests in 24 hours", limit)
    .option("--tokens-per-day <number>", "tokens in 24 hours", limit)
    .option(
      "--expires <time>",
      "how long it is valid: 30d, 12h or 45m",
      limit === limitOrNone ? timeOrNever : time,
    )
    .option(
      "--consent <when>",
      "whether you are asked before its requests: auto, ask, minutes:N, conversation or deny; left out: as for all",
    );
}

function listed(text: string): string[] {
  const items = text.split(",").map((item) => item.trim());
  if (items.some((item) => item === "")) throw new InvalidArgumentError("Give names separated by commas.");
  return items;
}

/** The value that removes a limit. */
function limitOrNone(text: string): number {
  return text === "none" ? Infinity : limit(text);
}

function time(text: string): number {
  const ms = duration(text);
  if (ms === 0)
    throw new InvalidArgumentError("Give a time above 0; `mcptb keys revoke` ends a key at once.");
  return ms;
}

function timeOrNever(text: string): number {
  return text === "never" ? Infinity : time(text);
}

function limit(text: string): number {
  if (!/^[1-9]\d{0,11}$/.test(text)) throw new InvalidArgumentError("Give a whole number above 0.");
  return Number(text);
}
