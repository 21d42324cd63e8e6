/** Asks the person before a request is answered: one question at a time, each for one request or for some minutes. */
import type { CreateMessageRequestParams } from "@modelcontextprotocol/client";
import { LendingError, type Model } from "./model.ts";

/** Shows a text and resolves with the line that the person types; rejects when there is nobody left to type. */
export type AskPerson = (text: string, signal: AbortSignal) => Promise<string>;

export interface ConsentOptions {
  readonly ask: AskPerson;
  /** For how long `a` allows requests. */
  readonly minutes: number;
  /** Whether `y` allows them for as long. */
  readonly always: boolean;
  /** What is lent, for the question. */
  readonly model: string;
  readonly now?: () => number;
}

const CHARS_PER_TOKEN = 4;
const SHOWN = 100;
/** MCP's code for a refusal by the person. */
const REFUSED = -1;

/** A model that is lent only with the person's consent. */
export function withConsent(model: Model, options: ConsentOptions): Model {
  const { ask, minutes, always, now = Date.now } = options;
  let until = -Infinity;
  let turn: Promise<unknown> = Promise.resolve();

  async function consent(params: CreateMessageRequestParams, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (now() < until) return;
    const question = `${describe(params, options.model)}\n${choices(minutes, always)} `;
    for (;;) {
      const answer = (await ask(question, signal)).trim().toLowerCase();
      if (/^no?$/.test(answer))
        throw new LendingError(REFUSED, "The person at the host refused the request.");
      const yes = /^y(?:es)?$/.test(answer);
      if (answer === "a" || (yes && always)) until = now() + minutes * 60_000;
      if (answer === "a" || yes) return;
    }
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
  const time = minutes === 1 ? "1 minute" : `${minutes} minutes`;
  return always ? `Lend it for ${time}? [y]es, [n]o:` : `Lend it? [y] once, [a] for ${time}, [n]o:`;
}

/** What is asked for, in a few lines without anything that a terminal would obey. */
export function describe(params: CreateMessageRequestParams, model: string): string {
  const { messages, tools, modelPreferences, systemPrompt = "" } = params;
  const hint = modelPreferences?.hints?.[0]?.name;
  const tokens = Math.ceil((JSON.stringify(messages).length + systemPrompt.length) / CHARS_PER_TOKEN);
  const parts = [
    `${messages.length} message(s)`,
    `about ${tokens} tokens`,
    ...(tools === undefined ? [] : [`${tools.length} tool(s)`]),
    ...(hint === undefined ? [] : [`asks for ${oneLine(hint)}`]),
  ];
  return `A client of the bridge wants to use ${oneLine(model)}: ${parts.join(", ")}.\n  ${oneLine(lastWords(params))}`;
}

function lastWords(params: CreateMessageRequestParams): string {
  const texts = params.messages.flatMap(({ role, content }) =>
    role === "user" ? [content].flat().map((block) => (block.type === "text" ? block.text : "")) : [],
  );
  const last = texts.findLast((text) => text.trim() !== "") ?? "(no text)";
  return last.trim().split("\n", 1)[0] ?? "";
}

/** One line of a text from outside, without what a terminal would obey. */
export function oneLine(text: string, length = SHOWN): string {
  const characters = Array.from(text.replaceAll(/[\p{C}\s]+/gu, " ").trim());
  return characters.length > length ? `${characters.slice(0, length).join("")}…` : characters.join("");
}
