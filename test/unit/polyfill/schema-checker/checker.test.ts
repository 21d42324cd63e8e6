import { afterAll, afterEach, describe, expect, test } from "vitest";
import { SchemaChecker, type Checked } from "../../../../src/polyfill/schema-checker/checker.ts";
import { LANE_LIMITS } from "../../../../src/polyfill/schema-checker/lane.ts";
import type { Schema } from "../../../../src/turn/json-schema.ts";

const never = new AbortController().signal;
const open: SchemaChecker[] = [];

function checkerWith(limits: Partial<typeof LANE_LIMITS> = {}): SchemaChecker {
  const checker = new SchemaChecker({ ...LANE_LIMITS, ...limits });
  open.push(checker);
  return checker;
}

const shared = new SchemaChecker();
afterAll(() => shared.close());

afterEach(() => {
  for (const checker of open.splice(0)) checker.close();
});

async function check(
  schema: Schema,
  value: unknown,
  checker = shared,
  owner = "somebody",
): Promise<Checked | undefined> {
  const [checked] = await checker.checkFor(owner)([{ schema, value }], never);
  return checked;
}

const fits = (value: unknown): Checked => ({ value, unchecked: false });
const unchecked = (value: unknown): Checked => ({ value, unchecked: true });
const wrong = (words: string): unknown => ({ problems: expect.stringContaining(words) });

/** Schemas that ask for more than there is, with a value for which they do. */
const HOSTILE: Readonly<Record<string, readonly [Schema, unknown]>> = {
  "a pattern that searches for ever": [
    { properties: { a: { pattern: "^(a+)+$" } } },
    { a: `${"a".repeat(40)}!` },
  ],
  "a pattern of property names": [
    { patternProperties: { "^(a+)+$": { type: "string" } } },
    { [`${"a".repeat(40)}!`]: "" },
  ],
  "a pattern for property names": [{ propertyNames: { pattern: "^(a+)+$" } }, { [`${"a".repeat(40)}!`]: "" }],
  "definitions that double": [doubling("anyOf"), { a: 1 }],
  "definitions that double in allOf": [doubling("allOf"), { a: 1 }],
  "definitions that double in oneOf": [doubling("oneOf"), { a: 1 }],
  "a reference to itself": [{ $ref: "#" }, {}],
  "a dynamic reference to itself": [{ $dynamicAnchor: "a", $dynamicRef: "#a" }, {}],
  "references in a ring": [
    { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } } },
    {},
  ],
  "a reference to another document": [{ $ref: "https://example.com/schema" }, {}],
  "a reference to nothing": [{ properties: { a: { $ref: "#/$defs/none" } } }, { a: 1 }],
  "a pattern that is none": [{ properties: { a: { pattern: "[" } } }, { a: "x" }],
  "unique objects by the ten thousands": [
    { properties: { a: { uniqueItems: true } } },
    { a: Array.from({ length: 40_000 }, (_, index) => ({ index })) },
  ],
};

function doubling(keyword: string): Schema {
  const $defs: Record<string, Schema> = { level0: { type: "string" } };
  for (let level = 1; level <= 26; level += 1) {
    const $ref = `#/$defs/level${level - 1}`;
    $defs[`level${level}`] = { [keyword]: [{ $ref }, { $ref }] };
  }
  return { properties: { a: { $ref: "#/$defs/level26" } }, $defs };
}

/** That it finds the pattern broken, once the machine has time for it: what was too slow is not tried again for the same owner. */
async function checksInTime(schema: Schema, value: unknown, checker: SchemaChecker): Promise<void> {
  let owners = 0;
  await expect.poll(() => check(schema, value, checker, `owner ${(owners += 1)}`)).toEqual(wrong("pattern"));
}

test.each(Object.entries(HOSTILE))(
  "%s: nobody can tell, and the event loop turns",
  async (_, [schema, value]) => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 5);
    const checker = checkerWith({ jobMs: 300 });
    expect(await check(schema, value, checker)).toEqual(unchecked(value));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    // The next one is none the worse for it.
    await checksInTime({ properties: { a: { pattern: "^b$" } } }, { a: "a" }, checker);
  },
);

describe("values", () => {
  test.each<[string, Schema, unknown, unknown]>([
    ["fit", { type: "object", properties: { a: { type: "string" } } }, { a: "x" }, fits({ a: "x" })],
    ["are coerced inside", { properties: { a: { type: "number" } } }, { a: "5" }, fits({ a: 5 })],
    ["are coerced themselves", { type: "boolean" }, "true", fits(true)],
    ["lack something", { required: ["a", "b"] }, {}, wrong("must have required property 'a'")],
    ["have too much", { additionalProperties: false }, { x: 1 }, wrong("(x)")],
    ["have a name that objects have", { properties: { constructor: { type: "string" } } }, {}, fits({})],
    ["lack a name that objects have", { required: ["toString"] }, {}, wrong("toString")],
    ["may wait", { $async: true, required: ["a"] }, {}, wrong("required property 'a'")],
    [
      "may wait inside",
      { properties: { a: { $async: true, type: "number" } } },
      { a: "x" },
      wrong("/a must be number"),
    ],
    [
      "are of draft 4",
      { properties: { a: { minimum: 5, exclusiveMinimum: true } } },
      { a: 5 },
      wrong("must be > 5"),
    ],
    [
      "are not exclusive in draft 4",
      { properties: { a: { minimum: 5, exclusiveMinimum: false } } },
      { a: 5 },
      fits({ a: 5 }),
    ],
    [
      "are lists of draft 7",
      { properties: { a: { items: [{ type: "number" }], additionalItems: false } } },
      { a: [1, 2] },
      wrong("/a must NOT have more than 1 items"),
    ],
    [
      "may be null in OpenAPI",
      { properties: { a: { type: "string", enum: ["x"], nullable: true } } },
      { a: null },
      fits({ a: null }),
    ],
    [
      "have an id of draft 4",
      { id: "x", $schema: "http://json-schema.org/draft-04/schema#", required: ["a"] },
      {},
      wrong("'a'"),
    ],
    [
      "have a format that nobody knows",
      { properties: { a: { format: "phone" } } },
      { a: "x" },
      fits({ a: "x" }),
    ],
    [
      "have keywords that hold null",
      { type: null, properties: { a: { type: "number", enum: null } } },
      { a: "x" },
      wrong("/a must be number"),
    ],
    [
      "have a name from before there were names",
      JSON.parse('{"properties":{"__proto__":{"type":"number"}}}') as Schema,
      JSON.parse('{"__proto__":"x"}'),
      fits(JSON.parse('{"__proto__":"x"}')),
    ],
    [
      "refer to definitions",
      { $ref: "#/definitions/a", definitions: { a: { required: ["b"] } } },
      {},
      wrong("'b'"),
    ],
    [
      "refer to themselves in a tree",
      { properties: { next: { $ref: "#" } }, required: ["id"] },
      { id: 1, next: {} },
      wrong("/next must have"),
    ],
  ])("that %s", async (_, schema, value, expected) => {
    expect(await check(schema, value)).toEqual(expected);
  });

  test("many at once are each told of", async () => {
    const schema = { properties: { a: { type: "integer" } } };
    const asked = ["1", "x", 2].map((a) => ({ schema, value: { a } }));
    expect(await shared.checkFor("")(asked, never)).toEqual([
      fits({ a: 1 }),
      wrong("/a must be integer"),
      fits({ a: 2 }),
    ]);
    expect(await shared.checkFor("")([], never)).toEqual([]);
  });

  test("names in one schema mean nothing in another", async () => {
    const checker = checkerWith();
    expect(await check({ $id: "urn:example:one", required: ["a"] }, {}, checker)).toEqual(wrong("'a'"));
    expect(await check({ $id: "urn:example:one", required: ["b"] }, {}, checker)).toEqual(wrong("'b'"));
    expect(await check({ $ref: "urn:example:one" }, {}, checker)).toEqual(unchecked({}));
  });

  test("too large, or too deep, are not checked", async () => {
    expect(await check({ type: "string" }, "x".repeat(5_000_000))).toMatchObject({ unchecked: true });
    expect(await check({ enum: ["x".repeat(300_000)] }, "y")).toMatchObject({ unchecked: true });
    let deep: Schema = {};
    for (let level = 0; level < 30_000; level += 1) deep = { not: deep };
    expect(await check(deep, 1)).toEqual(unchecked(1));
    let nested: unknown = 1;
    for (let level = 0; level < 30_000; level += 1) nested = [nested];
    expect(await check({ type: "number" }, nested)).toMatchObject({ unchecked: true });
  });
});

describe("the thread", () => {
  const slow: Schema = { properties: { a: { pattern: "^(a+)+$" } } };
  const hostile = { a: `${"a".repeat(40)}!` };

  test("a schema without such parts does not wait behind those that take their time", async () => {
    const checker = checkerWith({ jobMs: 60_000 });
    const plain = { required: ["a"] };
    const stuck = Promise.all(["1", "2", "3"].map((owner) => check(slow, hostile, checker, owner)));
    expect(await check(plain, {}, checker)).toEqual(wrong("'a'"));
    checker.close();
    expect(await stuck).toEqual([unchecked(hostile), unchecked(hostile), unchecked(hostile)]);
  });

  test("owners take turns", async () => {
    const checker = checkerWith();
    const order: string[] = [];
    const costly = { properties: { a: { pattern: "a" } } };
    const ask = (owner: string, name: string): Promise<unknown> =>
      check(costly, { a: name }, checker, owner).then(() => order.push(name));
    await Promise.all([ask("many", "m1"), ask("many", "m2"), ask("many", "m3"), ask("one", "o1")]);
    expect(order).toEqual(["m1", "m2", "o1", "m3"]);
  });

  test("a schema that was too slow is not tried again for its owner, and is for another", async () => {
    const checker = checkerWith({ jobMs: 300 });
    expect(await check(slow, hostile, checker)).toEqual(unchecked(hostile));
    expect(await check(slow, { a: "b" }, checker)).toEqual(unchecked({ a: "b" }));
    await checksInTime(slow, { a: "b" }, checker);
  });

  test("a check that takes more memory than there is ends the thread and nothing else", async () => {
    const checker = checkerWith({ memoryMb: 16, jobMs: 60_000 });
    const errors = { items: { allOf: Array.from({ length: 50 }, () => ({ not: {} })) } };
    const value = Array.from({ length: 200_000 }, () => 1);
    expect(await check(errors, value, checker)).toEqual(unchecked(value));
    expect(await check({ required: ["a"] }, {}, checker)).toEqual(wrong("'a'"));
  });

  test("one that is not needed any more is not waited for", async () => {
    const checker = checkerWith({ jobMs: 300 });
    const leaving = new AbortController();
    const running = check(slow, hostile, checker, "first");
    const waiting = checker.checkFor("second")([{ schema: slow, value: hostile }], leaving.signal);
    leaving.abort(new Error("left"));
    await expect(waiting).rejects.toThrow("left");
    expect(await running).toEqual(unchecked(hostile));
  });

  test("more than may wait is not checked", async () => {
    const checker = checkerWith({ waiting: 1000, jobMs: 300 });
    const large = { a: "x".repeat(2000) };
    expect(await check(slow, large, checker)).toEqual(unchecked(large));
  });

  test("it ends when nothing was asked of it for a while, and comes back", async () => {
    const checker = checkerWith({ idleMs: 1 });
    for (const name of ["a", "b", "c"]) {
      expect(await check({ required: [name] }, {}, checker)).toEqual(wrong(name));
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
  });

  test("a checker that is closed checks nothing", async () => {
    const checker = checkerWith();
    checker.close();
    expect(await check({ required: ["a"] }, {}, checker)).toEqual(unchecked({}));
  });
});
