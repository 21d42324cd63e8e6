/** Settings about the names of models. */
import * as z from "zod";

/** A name, or a pattern of names, and what to look for at the host, the best first. */
export interface NamedHints {
  readonly name: string;
  readonly hints: readonly string[];
}

const word = z.string().trim().min(1);

const fromText = z.string().transform((text) =>
  text
    .split(",")
    .filter((item) => item.trim() !== "")
    .map((item): [string, string[]] => {
      const [name = "", ...rest] = item.split("=");
      return [name, rest.join("=").split("|")];
    }),
);

const fromFile = z
  .record(z.string(), z.union([z.string().transform((hint) => [hint]), z.array(z.string())]))
  .transform((object) => Object.entries(object));

/** Names with what each stands for: `name=hint|hint,...` as text, an object in the config file. */
export function namedHints() {
  return z
    .union([fromText, fromFile])
    .pipe(z.array(z.tuple([word, z.array(word).min(1)])))
    .transform((entries) => entries.map(([name, hints]): NamedHints => ({ name, hints })))
    .default([])
    .describe(
      "pairs like name=hint or name=hint|hint, separated by commas, or in the config file an object with one hint or an array of them a name",
    );
}

const rule = z.strictObject({
  system: word.optional(),
  prompt: word.optional(),
  tools: z.boolean().optional(),
  answer: z.array(word).min(1).optional(),
  maxTokens: z.int().min(1).optional(),
});

/**
 * What tells a background request, all of it together: patterns (`*` stands for any text) of the system text and of the
 * last user message, whether there are tools, the exact members of the JSON object wanted, the highest token limit.
 */
export interface BackgroundRule {
  readonly system?: string | undefined;
  readonly prompt?: string | undefined;
  readonly tools?: boolean | undefined;
  readonly answer?: readonly string[] | undefined;
  readonly maxTokens?: number | undefined;
}

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue("not JSON");
    return z.NEVER;
  }
});

/** An empty rule would hold for every request. */
export function backgroundRules() {
  return z
    .union([z.array(z.unknown()), json])
    .pipe(z.array(rule.refine((parts) => Object.values(parts).some((part) => part !== undefined))))
    .transform((rules): readonly BackgroundRule[] => rules)
    .optional()
    .describe("a JSON array of rules, each with one or more of system, prompt, tools, answer and maxTokens");
}
