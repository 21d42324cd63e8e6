/** `mcptb chat`: a conversation with the model of the running bridge, at the terminal or line by line from a pipe. */
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { oneLine } from "../../util/terminal-text.ts";
import type { BridgeAddress } from "../../joining/ask-bridge.ts";
import { CliError } from "../failure.ts";
import { print } from "../print.ts";
import type { ChatMessage } from "../../joining/chat-request.ts";
import { streamChat } from "../../joining/stream-chat.ts";
import { filePart, type PromptPart } from "./prompt-files.ts";
import { say } from "../../util/say.ts";

export interface ChatOptions {
  readonly model: string;
  readonly system: string | undefined;
}

/** The input of the terminal. */
export interface Keyboard {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable;
}

const PROMPT = "> ";

const help = (): string => say`  /model [name]    show or change the model (names: GET /v1/models)
  /system [text]   show or change the system prompt
  /file path       send a file or an image with the next message
  /again           ask the last message once more
  /clear           clear the conversation
  /exit            leave (also Ctrl-D)
  Ctrl-C           stop the answer; at the prompt, twice leaves
  A line that ends with \\ continues in the next one.
`;

/** Runs until the person leaves or the input ends. */
export async function chat(
  address: BridgeAddress,
  options: ChatOptions,
  { input, output }: Keyboard,
): Promise<void> {
  const isTerminal = input.isTTY === true;
  const lines = createInterface({ input, output: isTerminal ? output : undefined, terminal: isTerminal });
  const conversation = new Conversation(address, options);
  try {
    if (isTerminal) print(`${say`${options.model} at ${address.url}. /help shows what can be typed.`}\n`);
    for await (const line of typed(lines, conversation, isTerminal)) {
      if (await conversation.take(line)) return;
    }
  } finally {
    lines.close();
  }
}

/** The typed messages; while the caller answers one, further input waits. */
async function* typed(
  lines: Interface,
  conversation: Conversation,
  isTerminal: boolean,
): AsyncGenerator<string> {
  let leaving = false;
  lines.on("SIGINT", () => {
    if (conversation.stop()) return;
    if (leaving) lines.close();
    else print(`\n(${say`Ctrl-C again leaves`})\n`);
    leaving = true;
    lines.prompt();
  });
  lines.setPrompt(PROMPT);
  const next = lines[Symbol.asyncIterator]();
  let begun = "";
  for (;;) {
    if (isTerminal) lines.prompt();
    const { done, value } = await next.next();
    if (done === true) break;
    leaving = false;
    if (value.endsWith("\\")) {
      begun += `${value.slice(0, -1)}\n`;
      continue;
    }
    const message = (begun + value).trim();
    begun = "";
    if (message !== "") yield message;
  }
  if (isTerminal) print("\n");
}

/** The messages so far, and the current request. */
class Conversation {
  readonly #address: BridgeAddress;
  #model: string;
  #system: string | undefined;
  #messages: ChatMessage[] = [];
  #files: PromptPart[] = [];
  #running: AbortController | undefined;

  constructor(address: BridgeAddress, { model, system }: ChatOptions) {
    this.#address = address;
    this.#model = model;
    this.#system = system;
  }

  /** Stops the current answer; false when there is none. */
  stop(): boolean {
    if (this.#running === undefined) return false;
    this.#running.abort();
    return true;
  }

  /** Answers a message or runs a command; true when the person leaves. */
  async take(line: string): Promise<boolean> {
    const [, command, argument = ""] = /^\/([a-z]+)(?:\s+(.*))?$/s.exec(line) ?? [];
    if (command === undefined) {
      await this.#ask(line);
      return false;
    }
    if (command === "exit" || command === "quit") return true;
    await this.#command(command, argument.trim());
    return false;
  }

  async #command(command: string, argument: string): Promise<void> {
    switch (command) {
      case "help":
        print(help());
        return;
      case "model":
        if (argument !== "") this.#model = argument;
        print(`  ${say`model: ${this.#model}`}\n`);
        return;
      case "system":
        if (argument !== "") this.#system = argument;
        print(`  ${say`system prompt: ${this.#system ?? say`(none)`}`}\n`);
        return;
      case "file":
        await this.#attach(argument);
        return;
      case "again":
        await this.#again();
        return;
      case "clear":
        this.#messages = [];
        this.#files = [];
        print(`  ${say`The conversation is cleared.`}\n`);
        return;
      default:
        print(`  ${say`Unknown command /${oneLine(command, 20)}. /help lists the commands.`}\n`);
    }
  }

  async #attach(file: string): Promise<void> {
    try {
      if (file === "") throw new CliError(say`write the file's name after /file`);
      this.#files.push(await filePart(file));
      print(`  ${say`${file} will be sent with the next message.`}\n`);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      print(`  ${error.message}\n`);
    }
  }

  async #again(): Promise<void> {
    const last = this.#messages.findLastIndex(({ role }) => role === "user");
    if (last < 0) {
      print(`  ${say`Nothing has been asked yet.`}\n`);
      return;
    }
    this.#messages = this.#messages.slice(0, last + 1);
    await this.#answer();
  }

  async #ask(text: string): Promise<void> {
    const content = this.#files.length === 0 ? text : [...this.#files, { type: "text", text }];
    this.#files = [];
    this.#messages.push({ role: "user", content });
    await this.#answer();
  }

  async #answer(): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    let text = "";
    try {
      const system = this.#system === undefined ? [] : [{ role: "system", content: this.#system } as const];
      const outcome = await streamChat(
        this.#address,
        { model: this.#model, messages: [...system, ...this.#messages] },
        {
          onText: (piece) => {
            text += piece;
            print(piece);
          },
          onWaiting: (reason) => print(`  … ${oneLine(reason, 300)}\n`),
        },
        running.signal,
      );
      this.#end(text);
      if ("failure" in outcome) print(`  ${outcome.failure.message}\n  ${outcome.failure.remedy}\n`);
    } catch (error) {
      if (!running.signal.aborted) throw error;
      this.#end(text);
      print(`  (${say`stopped`})\n`);
    } finally {
      this.#running = undefined;
    }
    // A partial answer is part of the conversation; a question without any answer is removed, because the roles must alternate.
    if (text === "") this.#messages.pop();
    else this.#messages.push({ role: "assistant", content: text });
  }

  #end(text: string): void {
    if (text !== "" && !text.endsWith("\n")) print("\n");
  }
}
