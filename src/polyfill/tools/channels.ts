/**
 * Answers of models that write in channels: GPT-OSS in OpenAI's harmony format (https://cookbook.openai.com/articles/openai-harmony)
 * and Gemma 4, when their servers left the tokens in. Thoughts, text and calls are separated while the answer arrives;
 * a call is rewritten in the format that the bridge asks for. Only an answer that begins with a channel is treated so:
 * a text that merely shows the tokens stays as it is.
 */
import { jsonEnd } from "./json-scan.ts";
import { isPadding } from "./trim.ts";

export interface Said {
  readonly type: "text" | "reasoning" | "call";
  readonly text: string;
}

const HARMONY = ["<|channel|>", "<|start|>assistant"] as const;
const GEMMA = "<|channel>";
const TOKENS = [
  "<|start|>",
  "<|channel|>",
  "<|constrain|>",
  "<|message|>",
  "<|end|>",
  "<|call|>",
  "<|return|>",
  "<|channel>",
  "<channel|>",
] as const;
type Token = (typeof TOKENS)[number];
const TOKEN = /<\|(?:start|channel|constrain|message|end|call|return)\|>|<\|channel>|<channel\|>/g;

/** A header is a role, a channel, a recipient and a format, on one line. */
const LONGEST_HEADER = 300;
const WHOLE_HEADER =
  /^(?:<\|start\|>assistant[^<\n]{0,100})?<\|channel\|>[^<\n]{1,200}(?:<\|constrain\|>[^<\n]{0,40})?<\|message\|>/;
const GEMMA_HEADER = /^<\|channel>[a-z]{0,20}[ \t]{0,9}(?:\n|<channel\|>)/;

/** Takes an answer in deltas and yields its thoughts, text and calls. */
export class Channels {
  #mode: "beginning" | "plain" | "harmony" | "gemma" = "beginning";
  /** Text that is held back because it may be the beginning of a token. */
  #kept = "";
  /** The header of the next message so far; `undefined` inside a message. */
  #header: string | undefined;
  #sink: Said["type"] | "dropped" = "dropped";
  #arguments = "";
  #called = false;
  /** After a result that the model invented: the rest builds on it and is dropped. */
  #over = false;

  *push(text: string): Generator<Said> {
    this.#kept += text;
    if (this.#mode === "beginning") {
      if (isPadding(text)) return;
      const mode = modeOf(this.#kept);
      if (mode === undefined) return;
      this.#mode = mode;
    }
    yield* this.#read(unfinishedToken(this.#kept));
  }

  /** Called at the end of the answer. */
  *end(): Generator<Said> {
    if (this.#mode === "beginning") this.#mode = "plain";
    yield* this.#read(this.#kept.length);
    yield* this.#close(true);
  }

  *#read(end: number): Generator<Said> {
    if (this.#mode === "plain") {
      const text = this.#kept;
      this.#kept = "";
      if (text !== "") yield { type: "text", text };
      return;
    }
    let from = 0;
    for (const { 0: token, index } of this.#kept.matchAll(TOKEN)) {
      yield* this.#say(this.#kept.slice(from, index));
      yield* this.#mode === "harmony" ? this.#harmony(token as Token) : this.#gemma(token as Token);
      from = index + token.length;
    }
    const cut = Math.max(from, end);
    yield* this.#say(this.#kept.slice(from, cut));
    this.#kept = this.#kept.slice(cut);
  }

  *#harmony(token: Token): Generator<Said> {
    switch (token) {
      case "<|start|>":
        yield* this.#close(false);
        this.#header = "";
        return;
      case "<|channel|>":
      case "<|channel>":
        if (this.#header === undefined) yield* this.#close(false);
        this.#header = `${this.#header ?? ""}\n`;
        return;
      case "<|constrain|>":
        return;
      case "<|message|>":
        if (this.#header !== undefined) yield* this.#open(this.#header);
        return;
      case "<|end|>":
      case "<|call|>":
      case "<|return|>":
      case "<channel|>":
        yield* this.#close(false);
        return;
      default:
        token satisfies never;
    }
  }

  *#gemma(token: Token): Generator<Said> {
    if (token === "<|channel>") this.#header = "";
    else if (token === "<channel|>") {
      this.#header = undefined;
      this.#sink = "text";
    } else yield* this.#say(token);
  }

  /** Text between two tokens. */
  *#say(text: string): Generator<Said> {
    if (text === "") return;
    if (this.#header !== undefined) {
      this.#header = (this.#header + text).slice(0, LONGEST_HEADER);
      const end = this.#mode === "gemma" ? text.indexOf("\n") : -1;
      if (end < 0) return;
      this.#header = undefined;
      this.#sink = "reasoning";
      yield* this.#say(text.slice(end + 1));
    } else if (this.#sink !== "dropped" && !this.#over) {
      if (this.#sink === "call") this.#arguments += text;
      yield { type: this.#sink, text };
    }
  }

  /** Begins the message that a header announces by role, recipient and channel. */
  *#open(header: string): Generator<Said> {
    this.#header = undefined;
    const [role = "", ...rest] = header.split("\n");
    const channel = rest.join(" ").trim();
    const [, recipient] = /\bto=(?:functions\.)?([\w./:-]{1,128})/.exec(header) ?? [];
    if (role.trim() !== "" && !role.trim().startsWith("assistant")) {
      this.#over = this.#called;
      this.#sink = "dropped";
    } else if (channel.startsWith("final")) this.#sink = "text";
    else if (!channel.startsWith("commentary")) this.#sink = "reasoning";
    else if (recipient === undefined || recipient === "assistant" || recipient === "user")
      this.#sink = "text";
    else if (!this.#over) {
      this.#sink = "call";
      this.#arguments = "";
      this.#called = true;
      yield { type: "call", text: `\n<tool_call>\n{"name": ${JSON.stringify(recipient)}, "arguments": ` };
    }
  }

  /** Ends the message. The token after a call is missing where the host took it for the end of the answer. */
  *#close(isEnd: boolean): Generator<Said> {
    if (this.#sink === "call" && !this.#over) {
      const given = this.#arguments.trim();
      const isWhole = given === "" || jsonEnd(given, 0) !== undefined;
      if (!isEnd || isWhole) yield { type: "call", text: `${given === "" ? "{}" : ""}}\n</tool_call>\n` };
    }
    this.#header = undefined;
    this.#sink = "dropped";
  }
}

/** The format of an answer with this beginning; `undefined` while that is undecided. */
function modeOf(start: string): "plain" | "harmony" | "gemma" | undefined {
  const text = start.trimStart();
  if (WHOLE_HEADER.test(text)) return "harmony";
  if (GEMMA_HEADER.test(text)) return "gemma";
  const isOpen = [...HARMONY, GEMMA].some((head) =>
    text.length < head.length ? head.startsWith(text) : text.startsWith(head),
  );
  return isOpen && text.length < LONGEST_HEADER && !text.includes("\n") ? undefined : "plain";
}

/** Where a possible beginning of a token at the end of the text starts; else the text's length. */
function unfinishedToken(text: string): number {
  const angle = text.lastIndexOf("<");
  if (angle < 0) return text.length;
  const tail = text.slice(angle, angle + LONGEST_HEADER);
  return TOKENS.some((token) => token.startsWith(tail)) ? angle : text.length;
}
