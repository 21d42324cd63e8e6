import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseInSteps } from "../../../src/wire/parse-json.ts";
import { verifies } from "../../support/verifies.ts";

function parse(text: string): { readonly value: unknown; readonly steps: number } {
  const generator = parseInSteps(text);
  for (let steps = 0; ; steps += 1) {
    const step = generator.next();
    if (step.done === true) return { value: step.value, steps };
  }
}

/** What both parsers make of a text: the value, or that it is none. */
function outcome(action: () => unknown): unknown {
  try {
    return { value: action() };
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(SyntaxError);
    return "no JSON";
  }
}

function agrees(text: string): void {
  expect([text, outcome(() => parse(text).value)]).toEqual([
    text,
    outcome(() => JSON.parse(text) as unknown),
  ]);
}

test("reads every value as JSON.parse does, however it is indented", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(0, 2, "\t"), (value, indent) => {
      agrees(JSON.stringify(value, undefined, indent));
    }),
  );
});

test("takes and refuses damaged text as JSON.parse does", () => {
  const damage = fc.tuple(
    fc.nat(),
    fc.constantFrom(...Array.from('{}[]",:\\tfn-+.eE0u \n\u0001\u00A0x')),
    fc.boolean(),
  );
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 3 }),
      fc.array(damage, { minLength: 1, maxLength: 3 }),
      (value, damages) => {
        let text = JSON.stringify(value);
        for (const [pick, character, inserts] of damages) {
          const at = pick % (text.length + 1);
          text = text.slice(0, at) + character + text.slice(inserts ? at : at + 1);
        }
        fc.pre(!text.includes("__proto__"));
        agrees(text);
      },
    ),
    { numRuns: 500 },
  );
  for (const text of [
    "",
    " ",
    "-",
    "01",
    "1.",
    ".5",
    "1e",
    "+1",
    "-0",
    "1E400",
    "tru",
    "truex",
    '"',
    '"\\',
    '"\\u12"',
    '"\t"',
    "[1 2]",
    "{a:1}",
    '{"a" 1}',
    "[,]",
    "{,}",
  ]) {
    agrees(text);
  }
});

verifies("server.loop-free", "long strings are read in steps, and escapes stay whole", () => {
  for (const piece of [
    "a",
    String.raw`\n`,
    String.raw`\\`,
    String.raw`\"`,
    String.raw`\u4e2d`,
    String.raw`\\u`,
    "\u{1F600}",
    String.raw`\ud83d\ude00`,
  ]) {
    const text = `"${piece.repeat(Math.ceil(2_100_001 / piece.length))}"`;
    const { value, steps } = parse(text);
    expect(value === JSON.parse(text)).toBe(true);
    expect(steps).toBeGreaterThan(0);
  }
});

test("wherever a long string ends, all of it is there", () => {
  for (const length of [499_999, 500_000, 500_001, 500_005, 1_000_000, 1_000_020]) {
    const text = JSON.stringify("a".repeat(length));
    expect(parse(text).value === JSON.parse(text)).toBe(true);
  }
});

verifies("server.loop-free", "many values are read in steps", () => {
  const objects = `[${Array.from({ length: 20_000 }, (_, index) => `{"k${index}":${index}}`).join()}]`;
  const { value, steps } = parse(objects);
  expect(value).toEqual(JSON.parse(objects));
  expect(steps).toBeGreaterThan(5);
});
