/** The scripted model: knows the task's steps, and everything else from the conversation alone. */
import type { Conversation } from "./conversation.ts";
import { handsFor, type ToolCall } from "./hands.ts";

export interface Step {
  readonly text: string;
  readonly calls: readonly ToolCall[];
}

/** A step as a host without tools says it: the calls are in the text. */
export function inWords({ text, calls }: Step): string {
  const blocks = calls.map((call) => `<tool_call>\n${JSON.stringify(call)}\n</tool_call>`);
  return [text, ...blocks].filter((part) => part !== "").join("\n");
}

/** The next step, after the results that are there already. */
export function nextStep({ said, tools, results }: Conversation): Step {
  const [, folder] = /In the folder (\S+) make the fruit/.exec(said) ?? [];
  if (folder === undefined || tools.length === 0) return { text: "Ripe fruit", calls: [] };
  const failed = results.find((result) => result.failed);
  if (failed !== undefined) return { text: `A tool failed: ${failed.text}`, calls: [] };

  const hands = handsFor(tools);
  const seen = results.map(({ text }) => text);
  const [notes = "", , , checked = ""] = seen;
  const [, fruit] = /fruit = (\w+)/.exec(notes) ?? [];
  switch (seen.length) {
    case 0:
      return {
        text: "I look at both files first.",
        calls: [hands.read(`${folder}/notes.txt`), hands.read(`${folder}/check.sh`)],
      };
    case 1:
      // The agent takes one call at a time.
      return { text: "", calls: [hands.read(`${folder}/check.sh`)] };
    case 2:
      if (fruit === undefined) return { text: `There is no fruit in ${notes}`, calls: [] };
      return {
        text: "",
        calls: [hands.edit(`${folder}/notes.txt`, { from: `fruit = ${fruit}`, to: `fruit = ripe-${fruit}` })],
      };
    case 3:
      return { text: "Now the check.", calls: [hands.run(`cd ${folder} && sh check.sh`)] };
    case 4: {
      const text = `The check printed ${lineWith("CHECKED", checked)}.\n${quote(notes)}`;
      const call = hands.answer(text);
      return call === undefined ? { text, calls: [] } : { text: "", calls: [call] };
    }
    default:
      return { text: `There are ${seen.length} results, which is no state of this task.`, calls: [] };
  }
}

function lineWith(word: string, text: string): string {
  // Some agents say before it what it is.
  const lines = text.split("\n").map((line) => line.replace(/^Output: /, ""));
  return lines.find((line) => line.startsWith(word)) ?? `no ${word} in: ${text}`;
}

/** The lines of the file that look like a call, as the model sees them less the line numbers that some agents add. */
function quote(notes: string): string {
  const lines = notes.split("\n").map((line) => line.replace(/^\s*\d+(?:→|\t|[:|] ?)/, ""));
  const from = lines.findIndex((line) => /^<.?tool_call>/.test(line));
  return lines.slice(from, from + 3).join("\n");
}
