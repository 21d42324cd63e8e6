/**
 * The kinds of value a setting can have. Flags and variables arrive as text, members of the config file as JSON; both
 * are accepted, and nothing else: `true` is not a number. The `description` of each kind names its accepted values, for
 * error messages, `--help` and the documentation.
 */
import * as z from "zod";
import { type ConsentPolicy, consentPolicy, POLICY_WORDS } from "../util/consent-policy.ts";

const number = z.union([
  z.number(),
  z
    .string()
    .trim()
    .regex(/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/)
    .transform(Number),
]);

export function wholeNumber(low: number, high: number, byDefault: number) {
  return number
    .pipe(z.int().min(low).max(high))
    .default(byDefault)
    .describe(`a whole number from ${low} to ${high}`);
}

/** A number above 0, fractions included. */
export function amount(high: number, byDefault: number) {
  return number
    .pipe(z.number().positive().max(high))
    .default(byDefault)
    .describe(`a number above 0, at most ${high}`);
}

/** A weight from 0 to 1; without a value nothing is sent. */
export function share() {
  return number.pipe(z.number().min(0).max(1)).optional().describe("a number from 0 to 1");
}

/** Seconds; `none`, `infinite` and `0` become `Infinity`. */
export function secondsOrNone(byDefault: number) {
  return z
    .union([
      z
        .string()
        .trim()
        .regex(/^(none|infinite)$/i)
        .transform(() => Infinity),
      number.pipe(z.number().min(0)).transform((value) => (value === 0 ? Infinity : value)),
    ])
    .default(byDefault)
    .describe("a number of seconds, or none, infinite or 0 for no limit");
}

const YES = ["true", "1", "yes", "on"];
const NO = ["false", "0", "no", "off"];

export function onOff(byDefault: boolean) {
  return z
    .union([
      z.boolean(),
      z
        .string()
        .trim()
        .toLowerCase()
        .pipe(z.enum([...YES, ...NO]))
        .transform((value) => YES.includes(value)),
    ])
    .default(byDefault)
    .describe("true, 1, yes or on, or false, 0, no or off");
}

const texts = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(","))])
  .transform((items) => items.map((item) => item.trim()).filter((item) => item !== ""));

/** Several texts: separated by commas in a flag or variable, an array in the config file. */
export function list() {
  return texts.default([]).describe("texts separated by commas, or in the config file an array of texts");
}

/** A key must be valid in a header after `Bearer`. */
export const KEY = /^[\u0021-\u007E]+$/;

/** A list of keys. An empty list is a mistake, because it would leave the bridge open. */
export function keys() {
  return texts
    .pipe(z.array(z.string().regex(KEY)).min(1))
    .default([])
    .describe(
      "one key or several of ASCII characters without blanks, separated by commas, or in the config file an array of them",
    );
}

export function text(byDefault: string) {
  return z.string().trim().min(1).default(byDefault).describe("a text that is not empty");
}

export function path() {
  return z.string().min(1).optional().describe("a path");
}

/** The address of a program that is spoken with over HTTP. */
export function httpUrl() {
  return z
    .string()
    .trim()
    .regex(/^https?:\/\/[^/@\s]+(?:\/\S*)?$/i)
    .refine((text) => URL.canParse(text))
    .optional()
    .describe("an address like http://127.0.0.1:4318, without a user in it");
}

export interface Pair {
  readonly name: string;
  readonly value: string;
}

/** What may be the name of a header. */
const NAME = /^[\w.!#$%&'*+^`|~-]+$/;

/** Names with a value each: `name=value,...` as text, in which a value may be percent-encoded, an object in the config file. */
export function pairs() {
  const asText = texts.pipe(z.array(z.string().includes("="))).transform((items) =>
    items.map((item): Pair => {
      const [name = "", ...rest] = item.split("=");
      return { name: name.trim(), value: decoded(rest.join("=").trim()) };
    }),
  );
  const asObject = z
    .record(z.string(), z.string())
    .transform((object) => Object.entries(object).map(([name, value]): Pair => ({ name, value })));
  return z
    .union([asObject, asText])
    .refine((all) => all.every(({ name, value }) => NAME.test(name) && !/[\r\n]/.test(value)))
    .default([])
    .describe("pairs like name=value, separated by commas, or in the config file an object");
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** What several processes must know alike; shorter ones could be guessed. */
export function sharedSecret() {
  return z
    .string()
    .regex(KEY)
    .min(16)
    .max(1024)
    .optional()
    .describe("at least 16 ASCII characters without blanks");
}

/** A name that can be part of labels. */
export function labelName() {
  return z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,18}[a-z0-9])?$/)
    .optional()
    .describe("up to 20 lower-case letters, digits and hyphens");
}

export function oneOf<const Values extends readonly [string, ...string[]]>(
  values: Values,
  byDefault: Values[number],
) {
  return z
    .enum(values)
    .default(byDefault as never)
    .describe(`one of ${values.join(", ")}`);
}

/** When the lender is asked before a request goes to a host. */
export function consent(byDefault: ConsentPolicy) {
  return consentPolicy.default(byDefault).describe(`one of ${POLICY_WORDS}`);
}

/** The limits of one host. */
export interface HostLimit {
  readonly label: string;
  readonly concurrent: number;
  /** Milliseconds from the start of one turn to the start of the next. */
  readonly spacingMs: number;
}

const LIMIT = /^([a-z0-9-]+)=([1-9]\d{0,5})(?::(\d{1,8}))?$/;

/** Bounds of single hosts, each as `label=concurrent` or `label=concurrent:spacing`. */
export function hostLimits() {
  return texts
    .pipe(z.array(z.string().regex(LIMIT)))
    .transform((items) =>
      items.map((item): HostLimit => {
        const [, label = "", concurrent, spacing = "0"] = LIMIT.exec(item) ?? [];
        return { label, concurrent: Number(concurrent), spacingMs: Number(spacing) };
      }),
    )
    .default([])
    .describe(
      "limits like goose=2 or vscode=8:250 (turns at once, milliseconds between two), separated by commas, or in the config file an array of them",
    );
}

/** A name or a pattern of names, and the models to ask the host for, the best first. */
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

/** Names with their models: `name=hint|hint,...` as text, an object in the config file. */
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
 * A rule that recognises a background request; all its conditions must hold: patterns (`*` stands for any text) of
 * the system text and of the last user message, whether there are tools, the exact members of the JSON object asked
 * for, the highest token limit.
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

/** An empty rule would match every request. */
export function backgroundRules() {
  return z
    .union([z.array(z.unknown()), json])
    .pipe(z.array(rule.refine((parts) => Object.values(parts).some((part) => part !== undefined))))
    .transform((rules): readonly BackgroundRule[] => rules)
    .optional()
    .describe("a JSON array of rules, each with one or more of system, prompt, tools, answer and maxTokens");
}

/** Which eras of MCP are served: `legacy` up to 2025-11-25, `modern` from 2026-07-28 on, `auto` what the host opens with. */
export const MCP_ERAS = ["legacy", "auto", "modern"] as const;
export type McpEra = (typeof MCP_ERAS)[number];

/** The units in which a complete answer is streamed. */
export const STREAM_UNITS = ["char", "token", "word", "sentence", "whole"] as const;
export type StreamUnit = (typeof STREAM_UNITS)[number];

export const LANGS = ["auto", "en", "zh"] as const;

/** The format of a log line; `auto` depends on whether a person reads it. */
export const LOG_FORMATS = ["auto", "text", "json"] as const;

export const LOG_LEVELS = ["silent", "error", "warn", "info", "debug", "trace"] as const;
