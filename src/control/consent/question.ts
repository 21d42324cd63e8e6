/** What the lender is shown of a request. Pure functions: each looks at a bounded part of what a client wrote. */
import type { Message, Part } from "../../turn/message.ts";
import type { ConsentPolicy } from "../../util/consent-policy.ts";
import { keyName, type Principal } from "../../turn/principal.ts";
import type { TurnRequest } from "../../turn/request.ts";
import { oneLine } from "../../util/terminal-text.ts";
import type { Question } from "../control-shapes.ts";

const SYSTEM = 200;
const LAST = 300;
const NAME = 100;
const TOOLS = 20;
/** Characters before the end that are looked at. */
const LOOKED_AT = 4000;
/** What is not seen is written out, as `\\u200b`. */
const LONGEST_ESCAPE = 12;

export interface Asking {
  readonly principal: Principal;
  readonly request: TurnRequest;
  readonly api: string;
  /** The label of the host that would be asked. */
  readonly host: string;
  readonly hints: readonly string[];
  readonly policy: ConsentPolicy;
  readonly inputTokens: number | undefined;
  readonly maxTokens: number | undefined;
}

export function questionOf(asking: Asking): Question {
  const { principal, request, api, host, hints, policy, inputTokens, maxTokens } = asking;
  const { system, messages, tools } = request;
  const size = sizeOf([...system, ...messages.flatMap(({ parts }) => parts)]);
  const name = (text: string): string => oneLine(text, NAME);
  return {
    key: keyName(principal) ?? null,
    client: name(principal.agent),
    api,
    host: name(host),
    model: name(request.model),
    hints: hints.slice(0, 5).map(name),
    policy,
    hasConversation: request.conversation !== undefined,
    system: system.length === 0 ? null : firstLine(system[0]?.text ?? ""),
    last: lastWords(messages.at(-1)),
    messages: messages.length,
    tools: tools.slice(0, TOOLS).map((tool) => name(tool.name)),
    toolCount: tools.length,
    media: size.media,
    characters: size.characters,
    inputTokens: inputTokens ?? null,
    maxTokens: maxTokens ?? null,
  };
}

function firstLine(text: string): string {
  const [line = ""] = text
    .slice(0, LOOKED_AT)
    .trimStart()
    .split(/[\r\n]/, 1);
  return oneLine(line, SYSTEM);
}

/** The end of a text is what was asked; agents put what they have read before it. */
function lastWords(message: Message | undefined): string {
  const part = message?.parts.findLast((each) => wordsOf(each) !== "");
  const words = part === undefined ? "" : wordsOf(part);
  const end = Array.from(oneLine(words.slice(-LOOKED_AT), LOOKED_AT * LONGEST_ESCAPE));
  return end.length <= LAST && words.length <= LOOKED_AT ? end.join("") : `…${end.slice(-LAST).join("")}`;
}

function wordsOf(part: Part): string {
  switch (part.type) {
    case "text":
    case "reasoning":
      return part.text;
    case "tool-call":
      return `${part.name} ${part.input}`;
    case "tool-result":
      return part.content.findLast((inner) => inner.type === "text")?.text ?? "";
    case "image":
    case "audio":
      return `(${part.type})`;
    default:
      return part satisfies never;
  }
}

interface Size {
  media: number;
  characters: number;
}

export function sizeOf(parts: readonly Part[], size: Size = { media: 0, characters: 0 }): Readonly<Size> {
  for (const part of parts) {
    if (part.type === "image" || part.type === "audio") size.media += 1;
    else if (part.type === "tool-result") sizeOf(part.content, size);
    else size.characters += wordsOf(part).length;
  }
  return size;
}
