import { firstWords } from "./first-words.ts";

/** Only so many characters of a host's text are examined for one line. */
const LOOKED_AT = 4096;

/**
 * The error in a host's text (`firstWords`) as a sentence that may be shown to a client: without the prefixes that
 * some hosts add, without addresses, local paths, keys and control characters, and cut after `longest` characters.
 */
export function safeLine(text: string, longest = 300): string {
  const line = firstWords(beginning(text))
    .replace(/^Unknown error: (?:(?:Error|LanguageModelError): )?/, "")
    .replaceAll(/\p{Cc}/gu, " ")
    // Bound: the characters looked at.
    .replaceAll(/[a-z][\w+.-]{0,40}:\/\/\S+/gi, "(address)")
    // Bound: the characters looked at.
    .replaceAll(/\b(?:sk|pk|key|ghp|gho|ghu|github_pat|xox[a-z])[-_][\w-]{10,}|\bBearer\s+\S+/g, "(key)")
    // Bound: the characters looked at.
    .replaceAll(/(?<![\w/.])[~.]{0,2}\/[\w.@+-]+(?:\/[\w.@+-]*)+/g, "(path)")
    .replaceAll(/\b[A-Za-z]:[\\/]\S+|\\\\[\w.-]+\\\S+/g, "(path)")
    .trim();
  if (line === "") return "no reason given.";
  const start = Array.from(line).slice(0, longest).join("");
  const short = start.length < line.length ? `${start.trimEnd()}…` : line;
  return /[.!?…]$/.test(short) ? short : `${short}.`;
}

/** The part of a text that is examined. A word cut at its end is left out, because half a key would not be recognised. */
function beginning(text: string): string {
  if (text.length <= LOOKED_AT) return text;
  const start = text.slice(0, LOOKED_AT);
  const lastGap = Math.max(start.lastIndexOf(" "), start.lastIndexOf("\n"));
  return lastGap < 0 ? start : start.slice(0, lastGap);
}

/** A name or version that a host reports of itself, made safe for a message and a log line. */
export function safeName(name: string, none = "unnamed"): string {
  const clean = name
    .slice(0, LOOKED_AT)
    .replaceAll(/\p{Cc}/gu, " ")
    .trim();
  return /^.{1,60}/su.exec(clean)?.[0] ?? none;
}
