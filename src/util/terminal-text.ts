/**
 * Makes text from outside safe for a terminal: nothing in it moves the cursor, changes colours, reorders the text or
 * is invisible. Pure functions, linear in their text.
 */

const SKIN = "[\\u{1F3FB}-\\u{1F3FF}]?\\uFE0F?";
/** An emoji of several characters, whose joiners are harmless. */
const EMOJI = `\\p{Extended_Pictographic}${SKIN}(?:\\u200D\\p{Extended_Pictographic}${SKIN})*|[0-9#*]\\uFE0F\\u20E3`;
/** Combining marks on one letter; no script needs more than eight, and more would cover the lines around. */
const MARKS = 8;
/**
 * Control characters except tab and line feed, direction controls, characters without width, unpaired surrogates and
 * characters that Unicode has not assigned (UAX #44: General_Category C, Zl and Zp, Default_Ignorable_Code_Point).
 */
const UNSEEN = "[^\\P{C}\\t\\n]|[\\p{Zl}\\p{Zp}]|\\p{Default_Ignorable_Code_Point}";
// Bound: its parts begin with different characters, and no repetition in it is followed by what it could match itself.
const FOREIGN = new RegExp(`(?:${EMOJI})|(\\p{M}{${MARKS + 1},})|(${UNSEEN})`, "gu");

/** The text with everything that a terminal would obey or hide escaped as in JSON, so that JSON stays the same JSON. */
export function printable(text: string): string {
  return text.replaceAll(FOREIGN, (found: string, marks?: string, unseen?: string) => {
    if (unseen !== undefined) return escaped(unseen);
    if (marks === undefined) return found;
    const all = Array.from(marks);
    return printable(all.slice(0, MARKS).join("")) + escaped(all.slice(MARKS).join(""));
  });
}

function escaped(text: string): string {
  let units = "";
  for (let index = 0; index < text.length; index += 1) {
    units += `\\u${text.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }
  return units;
}

const SHOWN = 100;
/** A line may begin with many blanks, which count as one. */
const READ = 16;

/** A text as one line of at most `most` characters. */
export function oneLine(text: string, most = SHOWN): string {
  const read = text.slice(0, most * READ);
  const characters = Array.from(printable(read.replaceAll(/\s+/gu, " ").trim()));
  const whole = characters.length <= most && read.length === text.length;
  return whole ? characters.join("") : `${characters.slice(0, most).join("")}…`;
}

const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u;
const NARROW = /^[\u0020-\u007E]*$/;

/** The width of a printable text in columns. */
export function columnsOf(text: string): number {
  if (NARROW.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += widthOf(character);
  return columns;
}

function widthOf(character: string): number {
  if (/^[\p{M}\u200D]/u.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** The beginning of a printable line that fits, with a mark where text was left out. */
export function fit(line: string, columns: number): string {
  const [first = "", ...rest] = wrap(line, columns);
  if (rest.length === 0) return first;
  return `${wrap(line, Math.max(1, columns - 1))[0] ?? ""}…`;
}

/** The number of lines that a printable line takes in a window of so many columns. */
export function wrap(line: string, columns: number): string[] {
  const lines: string[] = [];
  let current = "";
  let used = 0;
  for (const character of line) {
    const width = widthOf(character);
    if (used + width > columns && current !== "") {
      lines.push(current);
      current = "";
      used = 0;
    }
    current += character;
    used += width;
  }
  return [...lines, current];
}
