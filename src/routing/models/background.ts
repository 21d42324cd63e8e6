/** Recognises background requests: those that a program sends for its own purposes, not for an answer to its user. */
import type { BackgroundRule } from "../../config/values.ts";
import type { Part } from "../../turn/message.ts";
import type { TurnRequest } from "../../turn/request.ts";
import { fits } from "../../util/glob.ts";

/** Titles of sessions, as JSON or as text, and the memory of agents. */
export const BACKGROUND_RULES: readonly BackgroundRule[] = [
  { system: "*title*", tools: false, answer: ["title"] },
  { system: "*you are a title generator*", tools: false },
  { system: "*acting as the *memory extraction subagent*" },
  { prompt: "*acting as the *memory extraction subagent*" },
];

/** Only the first characters of the system prompt and of the last user message are examined: the instruction comes first. */
const LOOKED_AT = 16_384;

/** Whether all conditions of one of the rules hold. */
export function isBackground(request: TurnRequest, rules: readonly BackgroundRule[]): boolean {
  return rules.some((rule) => holds(rule, request));
}

function holds({ system, prompt, tools, answer, maxTokens }: BackgroundRule, request: TurnRequest): boolean {
  return (
    (tools === undefined || tools === request.tools.length > 0) &&
    (maxTokens === undefined || (request.maxTokens ?? Infinity) <= maxTokens) &&
    (answer === undefined || sameNames(answer, answerFields(request))) &&
    (system === undefined || fits(system, systemText(request))) &&
    (prompt === undefined || fits(prompt, lastUserText(request)))
  );
}

/** The members of the answer's JSON object, if a schema requires one. */
function answerFields({ responseFormat }: TurnRequest): readonly string[] | undefined {
  if (responseFormat.type !== "json") return undefined;
  const properties = responseFormat.schema?.["properties"];
  return typeof properties === "object" && properties !== null ? Object.keys(properties) : undefined;
}

function sameNames(wanted: readonly string[], given: readonly string[] | undefined): boolean {
  return (
    given !== undefined && given.length === wanted.length && wanted.every((name) => given.includes(name))
  );
}

function systemText({ system, messages }: TurnRequest): string {
  return beginning([system, ...messages.filter(({ role }) => role === "system").map(({ parts }) => parts)]);
}

function lastUserText({ messages }: TurnRequest): string {
  const last = messages.findLast(({ role }) => role === "user");
  return last === undefined ? "" : beginning([last.parts]);
}

function beginning(several: readonly (readonly Part[])[]): string {
  const texts: string[] = [];
  let left = LOOKED_AT;
  for (const parts of several) {
    for (const part of parts) {
      if (part.type !== "text" || left <= 0) continue;
      texts.push(part.text.slice(0, left));
      left -= part.text.length + 1;
    }
  }
  return texts.join("\n");
}
