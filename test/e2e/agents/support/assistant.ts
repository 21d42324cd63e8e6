/** A scripted model for small talk and small tasks: it answers by rule from what it was asked, and from nothing else. */
import type { Step } from "./model.ts";
import type { Question, Schema } from "./question.ts";

/** What it does about a question, in words, as JSON or with tools. */
export function assist(question: Question): Step {
  if (question.results.length === 0 || question.mustCall) {
    const tool = toolFor(question);
    if (tool !== undefined)
      return {
        text: "",
        calls: [{ name: tool.name, arguments: fill(tool.schema, question.said) as Record<string, unknown> }],
      };
  }
  if (question.json !== undefined) {
    const schema = question.json.properties === undefined ? asAsked(question.said) : question.json;
    return { text: JSON.stringify(fill(schema, question.said)), calls: [] };
  }
  return { text: words(question), calls: [] };
}

/** The tool that is named in the question or shares a word with it; any tool when one must be called. */
function toolFor({ said, tools, mustCall }: Question): Question["tools"][number] | undefined {
  const named = tools.find(({ name }) => said.includes(name));
  const spoken = new Set(said.toLowerCase().match(/[a-z]{4,}/g));
  const about = tools.find(({ name }) =>
    name
      .toLowerCase()
      .match(/[a-z]{4,}/g)
      ?.some((word) => spoken.has(word)),
  );
  return named ?? about ?? (mustCall ? tools[0] : undefined);
}

/** A schema from the keys that a question names in quotes, for JSON without one. */
function asAsked(said: string): Schema {
  const keys = [...said.matchAll(/'(\w+)'/g)].map(([, key = ""]) => key);
  return { type: "object", properties: Object.fromEntries(keys.map((key) => [key, { type: "string" }])) };
}

const KNOWN: Readonly<Record<string, string>> = {
  setup: "Why do cats make bad storytellers?",
  punchline: "They only have one tail.",
};

/** A value that fits the schema, as far as possible from the words of the question. */
function fill(schema: Schema, said: string): unknown {
  const numbers = [...said.matchAll(/-?\d+/g)].map(Number);
  const phrases = [...said.matchAll(/'([^']+)'|\b(?:in|a) ([A-Z][^?.!]*?)(?= greeting|[?.!]|$)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? "",
  );
  const value = (name: string, wanted: Schema): unknown => {
    const [first] = wanted.anyOf ?? [wanted];
    if (wanted.anyOf?.some(({ type }) => type === "null") && said.includes(`no ${name}`)) return null;
    switch (first?.type) {
      case "object":
        return Object.fromEntries(
          Object.entries(first.properties ?? {}).map(([key, of]) => [key, value(key, of)]),
        );
      case "array":
        return [];
      case "integer":
      case "number":
        return numbers.shift() ?? 0;
      case "boolean":
        return true;
      default:
        return first?.enum?.[0] ?? KNOWN[name] ?? phrases.shift() ?? said;
    }
  };
  return value("", schema);
}

function words({ said, results, media }: Question): string {
  if (media.length > 0) return `I was given ${media.map(({ mimeType }) => mimeType).join(", ")}.`;
  if (results.length > 0) return `The tool says: ${results.join("; ")}`;
  if (/haiku/i.test(said)) return "Old pond, a frog jumps\n\nWinter rain, the crows";
  return `Hello. I heard you say: ${said}`;
}
