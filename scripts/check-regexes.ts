/**
 * Part of `npm run lint`: every regular expression in `src/` takes time in proportion to the text it is given. One that does not, or whose
 * pattern is put together when it runs, says beside it what bounds it: a comment that begins with `Bound:` on its line or above.
 */
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import {
  parseSync,
  Visitor,
  type CallExpression,
  type Comment,
  type Expression,
  type NewExpression,
  type Node,
} from "oxc-parser";
import { check } from "recheck";

const SRC = path.resolve(import.meta.dirname, "../src");
/** Limits by count instead of by time, so that a verdict does not depend on how busy the machine is. */
const PARAMETERS = { incubationTimeout: null, attackTimeout: null, timeout: 60_000 };

interface Found {
  readonly file: string;
  readonly line: number;
  /** `undefined`: put together when it runs. */
  readonly regex: { readonly source: string; readonly flags: string } | undefined;
  readonly bound: string | undefined;
}

function findIn(file: string): Found[] {
  const text = readFileSync(path.join(SRC, file), "utf8");
  const { program, comments, errors } = parseSync(file, text);
  if (errors[0] !== undefined) throw new Error(`${file}: ${errors[0].message}`);
  const lineAt = (offset: number): number => text.slice(0, offset).split("\n").length;
  const bounds = boundsOf(comments, lineAt);
  const constants = new Map<string, Expression>();
  const found: Found[] = [];
  const add = (node: { readonly start: number }, regex: Found["regex"]): void => {
    const line = lineAt(node.start);
    found.push({ file, line, regex, bound: bounds.get(line) });
  };
  const construct = (node: NewExpression | CallExpression): void => {
    if (node.callee.type !== "Identifier" || node.callee.name !== "RegExp") return;
    const [pattern, flags] = node.arguments;
    const source = pattern && valueOf(pattern, constants);
    const flagText = flags === undefined ? "" : valueOf(flags, constants);
    add(node, source === undefined || flagText === undefined ? undefined : { source, flags: flagText });
  };
  new Visitor({
    VariableDeclarator({ id, init }) {
      if (id.type === "Identifier" && init !== null) constants.set(id.name, init);
    },
    Literal(node) {
      if (!("regex" in node)) return;
      const { pattern, flags } = node.regex;
      add(node, { source: pattern, flags });
    },
    NewExpression: construct,
    CallExpression: construct,
  }).visit(program);
  return found;
}

/** By line, what a comment on it or directly above says bounds the work. */
function boundsOf(comments: readonly Comment[], lineAt: (offset: number) => number): Map<number, string> {
  const bounds = new Map<number, string>();
  let above: { readonly end: number; readonly text: string } | undefined;
  for (const { value, start, end } of comments) {
    const from = lineAt(start);
    const to = lineAt(end);
    const text = above?.end === from - 1 ? `${above.text} ${value.trim()}` : value.trim();
    above = { end: to, text };
    const bound = /\bBound: (\S.*)/s.exec(text)?.[1];
    if (bound === undefined) continue;
    bounds.set(from, bound);
    bounds.set(to + 1, bound);
  }
  return bounds;
}

/** The value of a text that is known before it runs. */
function valueOf(node: Node, constants: ReadonlyMap<string, Expression>): string | undefined {
  if (node.type === "Literal") {
    if ("regex" in node) return node.regex.pattern;
    return typeof node.value === "string" ? node.value : undefined;
  }
  if (node.type === "Identifier") {
    const constant = constants.get(node.name);
    return constant && valueOf(constant, constants);
  }
  if (
    node.type === "MemberExpression" &&
    node.property.type === "Identifier" &&
    node.property.name === "source"
  )
    return valueOf(node.object, constants);
  if (node.type === "BinaryExpression" && node.operator === "+")
    return joined([valueOf(node.left, constants), valueOf(node.right, constants)]);
  if (node.type === "TemplateLiteral") {
    return joined(
      node.quasis.flatMap(({ value }, index) => {
        const expression = node.expressions[index];
        return [
          value.cooked ?? undefined,
          ...(expression === undefined ? [] : [valueOf(expression, constants)]),
        ];
      }),
    );
  }
  return undefined;
}

function joined(parts: readonly (string | undefined)[]): string | undefined {
  return parts.every((part) => part !== undefined) ? parts.join("") : undefined;
}

/** What is wrong with it, if anything is. */
async function faultOf({ regex }: Found): Promise<string | undefined> {
  if (regex === undefined) return "is put together when it runs";
  const result = await check(regex.source, regex.flags, PARAMETERS);
  if (result.status === "safe") return undefined;
  const shown = `/${regex.source}/${regex.flags}`;
  if (result.status === "unknown") return `is not proven to be linear (${result.error.kind}): ${shown}`;
  return `is ${result.complexity.summary} (${result.attack.pattern.slice(0, 120)}): ${shown}`;
}

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
const all = files.sort().flatMap(findIn);
const faults: string[] = [];
const waiting = all.filter(({ bound }) => bound === undefined);

/** Takes one after the other: each check is a process of its own, and all at once would leave a machine nothing else. */
async function work(): Promise<void> {
  for (let found = waiting.shift(); found !== undefined; found = waiting.shift()) {
    const fault = await faultOf(found);
    if (fault !== undefined) faults.push(`src/${found.file}:${found.line} ${fault}`);
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, work));
for (const fault of faults.sort()) console.error(fault);
if (faults.length > 0) {
  console.error(
    `${faults.length} regular expressions are not linear. Mend them, or say in a comment that begins with \`Bound:\` what bounds them.`,
  );
}
console.log(`${all.length} regular expressions looked at.`);
process.exitCode = faults.length > 0 ? 1 : 0;
