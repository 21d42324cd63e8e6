/** The options of `mcptb ask` and `mcptb chat`. */
import { InvalidArgumentError, type Command } from "commander";
import { EXIT } from "../failure.ts";
import { findBridge } from "../find-bridge.ts";
import { isPortGiven, settingsOf } from "../settings.ts";
import { stopSignal } from "../stop-signal.ts";

interface Flags {
  readonly model: string;
  readonly system?: string;
  readonly url?: string;
}

interface AskFlags extends Flags {
  readonly file: readonly string[];
  readonly limit?: number;
  readonly json?: true;
}

const INTERRUPTED = 130;

export function addAsk(program: Command, onExit: (exitCode: number) => void): void {
  const address = (url: string | undefined) =>
    findBridge(settingsOf(program), { url, isPortGiven: isPortGiven(program) });
  asking(program.command("ask").helpGroup("Use:"))
    .description("ask the model of the running bridge, and stream its answer")
    .argument("[question...]", "the question; a pipe may add more text")
    .option("-f, --file <file>", "a text or an image to ask about; repeatable", collect, [])
    .option("--limit <tokens>", "the longest answer", tokens)
    .option("--json", "print the whole answer with model and usage as JSON")
    .action(async (words: readonly string[], flags: AskFlags) => {
      const { ask } = await import("./ask.ts");
      const leaving = new AbortController();
      void stopSignal().then(() => leaving.abort());
      // The reader of the answer has closed the pipe.
      process.stdout.once("error", () => leaving.abort());
      const { model, system, file, limit, json, url } = flags;
      try {
        await ask(
          await address(url),
          { words, model, system, files: file, maxTokens: limit, json: json === true },
          leaving.signal,
        );
      } catch (error) {
        if (!leaving.signal.aborted) throw error;
        onExit(INTERRUPTED);
      }
    });
  asking(program.command("chat").helpGroup("Use:"))
    .description("talk with the model of the running bridge")
    .action(async ({ model, system, url }: Flags) => {
      const { chat } = await import("./chat.ts");
      const keyboard = { input: process.stdin, output: process.stdout };
      await chat(await address(url), { model, system }, keyboard);
      onExit(EXIT.ok);
    });
}

function asking(command: Command): Command {
  return command
    .option("-m, --model <name>", "the model to ask for", "auto")
    .option("-s, --system <text>", "the system prompt")
    .option(
      "--url <url>",
      "the bridge's address; the default is from --host and --port, or the only running bridge",
    );
}

function tokens(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("Give a whole number of tokens.");
  return Number(text);
}

function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}
