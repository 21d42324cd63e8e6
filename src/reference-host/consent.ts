/** Asks the person before a request is answered: one question at a time, each for one request or for some minutes. */
import type { CreateMessageRequestParams } from "@modelcontextprotocol/client";
import { askedBy } from "../hosts/mcp/asked-by.ts";
import { columnsOf, oneLine, printable, wrap } from "../util/terminal-text.ts";
import { LendingError, type Model } from "./model.ts";
import { say } from "../util/say.ts";

/** The size of a terminal's window, in characters. */
export interface Window {
  readonly columns: number;
  readonly rows: number;
}

export interface Question {
  /** What to show in a window of this size, so that all of it can be seen. */
  readonly text: (window: Window) => string;
  /** The keys that answer it, in lower case. */
  readonly keys: string;
}

/** Shows a question and resolves with the key that the person presses; `undefined` when nobody can. */
export type AskPerson = (question: Question, signal: AbortSignal) => Promise<string | undefined>;

export interface ConsentOptions {
  readonly ask: AskPerson;
  /** For how long `a` allows requests. */
  readonly minutes: number;
  /** Whether `y` allows them for as long. */
  readonly always: boolean;
  /** What is lent, for the question. */
  readonly model: string;
  /** Clocks in milliseconds. The minutes are over as soon as one of them says so, or goes back by as much. */
  readonly clocks?: readonly (() => number)[];
}

/** One that nobody sets, and one that goes on while the machine sleeps. */
const CLOCKS = [() => performance.now(), () => Date.now()];

const CHARS_PER_TOKEN = 4;
/** MCP's code for a refusal by the person. */
const REFUSED = -1;

/** A model that is lent only with the person's consent. */
export function withConsent(model: Model, options: ConsentOptions): Model {
  const { ask, minutes, always, clocks = CLOCKS } = options;
  const keys = always ? "yn" : "yan";
  let allowed: readonly number[] | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  async function consent(params: CreateMessageRequestParams, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const since = allowed;
    if (since !== undefined) {
      const passed = clocks.map((clock, index) => Math.abs(clock() - (since[index] ?? 0)));
      if (Math.max(...passed) < minutes * 60_000) return;
    }
    allowed = undefined;
    const text = (window: Window): string =>
      `${describe(params, options.model, window)}\n${choices(minutes, always)} `;
    const key = await ask({ text, keys }, signal);
    if (key !== "y" && key !== "a")
      throw new LendingError(REFUSED, "The person at the host refused the request.");
    if (key === "a" || always) allowed = clocks.map((clock) => clock());
  }

  return async (lending) => {
    const { params, signal } = lending;
    const asked = turn.then(() => consent(params, signal));
    turn = asked.catch(() => undefined);
    await asked;
    return model(lending);
  };
}

function choices(minutes: number, always: boolean): string {
  const time = minutes === 1 ? say`1 minute` : say`${minutes} minutes`;
  return always ? say`Lend it for ${time}? [y]es, [n]o:` : say`Lend it? [y] once, [a] for ${time}, [n]o:`;
}

/** What stands before each line of the client's own words, so that none can be taken for one of ours. */
const QUOTED = "  │ ";
/** The lines above and below: an empty one, the choices and the one that the cursor may go to. */
const AROUND = 4;
const FEWEST = 3;

/** Who asks for what, with the client's last words as far as the window has room. */
export function describe(params: CreateMessageRequestParams, model: string, window: Window): string {
  const { systemPrompt = "" } = params;
  const facts = say`A client${who(params)} wants to use ${oneLine(model)}: ${factsOf(params).join(", ")}.`;
  const first = systemPrompt.trim().split(/[\r\n\u2028\u2029]/u, 1)[0] ?? "";
  const label = say`  System prompt: `;
  const system =
    first === ""
      ? []
      : [label + oneLine(first, Math.max(20, Math.floor(window.columns / 2) - columnsOf(label)))];
  const used = [facts, ...system].reduce((rows, line) => rows + rowsOf(line, window), AROUND);
  const room = Math.max(FEWEST, window.rows - used);
  return [facts, ...system, ...quoted(lastWords(params), window.columns, room)].join("\n");
}

function who(params: CreateMessageRequestParams): string {
  const { client, key } = askedBy(params);
  const known = [
    ...(client === "" ? [] : [oneLine(client, 60)]),
    ...(key === "" ? [] : [say`key ${oneLine(key, 40)}`]),
  ];
  return known.length === 0 ? say` of the bridge` : ` (${known.join(", ")})`;
}

function factsOf({
  messages,
  tools,
  modelPreferences,
  systemPrompt = "",
}: CreateMessageRequestParams): string[] {
  const hint = modelPreferences?.hints?.[0]?.name;
  const blocks = messages.flatMap(({ content }) => content);
  const media = blocks.filter(({ type }) => type === "image" || type === "audio").length;
  const characters = blocks.reduce((sum, block) => sum + sizeOf(block), systemPrompt.length);
  return [
    say`${messages.length} message(s)`,
    say`about ${Math.ceil(characters / CHARS_PER_TOKEN)} tokens`,
    ...(media === 0 ? [] : [say`${media} image(s) or recording(s)`]),
    ...(tools === undefined ? [] : [say`${tools.length} tool(s)`]),
    ...(hint === undefined ? [] : [say`asks for ${oneLine(hint)}`]),
  ];
}

type Block = Extract<CreateMessageRequestParams["messages"][number]["content"], readonly unknown[]>[number];

function sizeOf(block: Block): number {
  if (block.type === "text") return block.text.length;
  return block.type === "image" || block.type === "audio" ? 0 : JSON.stringify(block).length;
}

function lastWords({ messages }: CreateMessageRequestParams): string {
  for (const { role, content } of messages.toReversed()) {
    if (role !== "user") continue;
    for (const block of [content].flat().toReversed()) {
      if (block.type === "text" && block.text.trim() !== "") return block.text;
    }
  }
  return say`(no text)`;
}

/** Both ends of a text in so many rows. */
function quoted(text: string, columns: number, rows: number): string[] {
  const width = Math.max(1, columns - QUOTED.length - 1);
  const lines = text.trim().split(/\r\n|[\r\n\u2028\u2029]/u);
  const most = rows * width;
  const render = (line: string): string[] => wrap(printable(line.replaceAll("\t", "  ")), width);
  const ahead: string[] = [];
  for (const line of lines) {
    if (ahead.length > rows) break;
    ahead.push(...render(line.slice(0, most + 1)));
  }
  if (ahead.length <= rows) return ahead.map((line) => QUOTED + line);
  const below = Math.floor((rows - 1) / 3);
  const behind: string[] = [];
  for (const line of lines.toReversed()) {
    if (behind.length >= below) break;
    behind.unshift(...render(line.slice(-most)));
  }
  const head = ahead.slice(0, rows - 1 - below);
  const tail = below === 0 ? [] : behind.slice(-below);
  const left = say`  … ${text.length} characters in all; the middle is not shown`;
  return [...head.map((line) => QUOTED + line), left, ...tail.map((line) => QUOTED + line)];
}

function rowsOf(line: string, { columns }: Window): number {
  return Math.max(1, Math.ceil(columnsOf(line) / columns));
}
