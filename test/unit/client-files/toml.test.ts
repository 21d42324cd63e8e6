import * as fc from "fast-check";
import { parse, stringify } from "smol-toml";
import { describe, expect, test } from "vitest";
import { editToml } from "../../../src/client-files/toml.ts";
import { FileError } from "../../../src/client-files/file-error.ts";

const MEMBERS = [
  { path: ["model"], value: "auto" },
  { path: ["providers", "bridge", "url"], value: "http://x/v1" },
  { path: ["providers", "bridge", "name"], value: "Bridge", keep: true as const },
];
const set = (before: string): string => editToml("config.toml", before, () => MEMBERS);

test("what is missing is added: keys above all tables, the table at the end", () => {
  expect(set(`# my settings\n\nsandbox = "x" # why\n\n[other] # mine\na = 1`)).toBe(
    `# my settings\nmodel = "auto"\n\nsandbox = "x" # why\n\n[other] # mine\na = 1\n` +
      `\n[providers.bridge]\nurl = "http://x/v1"\nname = "Bridge"\n`,
  );
});

test("what differs is replaced in its place, and the rest stays", () => {
  const before =
    `'model'="o3" # the best\r\n[profiles.a]\r\nmodel = "o3"\r\n\r\n[ providers . "bridge" ] # here\r\n` +
    `# where\r\nurl = 'http://old'\r\nextra = 1_000\r\n[z]\r\n`;
  expect(set(before)).toBe(
    before
      .replace(`'model'="o3"`, `'model'="auto"`)
      .replace("'http://old'", '"http://x/v1"')
      .replace("# here\r\n", '# here\r\nname = "Bridge"\r\n'),
  );
});

test("the same again changes nothing, and what is to be kept is kept", () => {
  const once = set("");
  expect(set(once)).toBe(once);
  const renamed = once.replace('"Bridge"', '"Mine"');
  expect(set(renamed)).toBe(renamed);
});

test("a look-alike within a string is not taken for the key", () => {
  const before = `notes = """\nmodel = "a"\n[providers.bridge]\n"""\nmodel = "b"\n`;
  expect(set(before)).toContain(`notes = """\nmodel = "a"\n[providers.bridge]\n"""\nmodel = "auto"\n`);
});

test("a table ahead with lists of lists and dates survives", () => {
  const before = `when = 1979-05-27T07:32:00Z\nbig = 9223372036854775807\nmatrix = [\n  [1, 2],\n  ["]"],\n]\n`;
  expect(set(before)).toContain(before);
});

describe("refused, with the line to write", () => {
  test.each([
    [`providers = { bridge = { url = "x" } }\n`, "providers.bridge.url"],
    [`providers = 1\n`, "providers.bridge.url"],
    [`model = """\nlong"""\n`, "model"],
  ])("%j", (before, member) => {
    expect(() => set(before)).toThrow(FileError);
    expect(() => set(before)).toThrow(`config.toml cannot be edited safely: ${member}`);
  });

  test("what is no TOML, with the line", () => {
    expect(() => set("a = 1\nb = = 2\n")).toThrow(/config\.toml is not valid TOML \(line 2\)/);
  });
});

test("any table gains the members and loses nothing", () => {
  const name = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 6 })
    .filter((text) => text !== "__proto__");
  const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string(), { maxLength: 2 }));
  const others = fc.dictionary(name, fc.oneof(value, fc.dictionary(name, value, { maxKeys: 3 })), {
    maxKeys: 4,
  });
  fc.assert(
    fc.property(others, fc.constantFrom("\n", "\r\n"), (content, eol) => {
      const { model: _, providers: __, ...rest } = content;
      const before = stringify(rest).replaceAll("\n", eol);
      expect(parse(set(before))).toEqual({
        ...parse(before),
        model: "auto",
        providers: { bridge: { url: "http://x/v1", name: "Bridge" } },
      });
    }),
  );
});
