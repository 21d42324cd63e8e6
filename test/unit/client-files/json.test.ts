import * as fc from "fast-check";
import { parse } from "jsonc-parser";
import { describe, expect, test } from "vitest";
import { editJson } from "../../../src/client-files/json.ts";
import { FileError } from "../../../src/client-files/file-error.ts";

const PATH = ["servers", "bridge"];
const VALUE = { command: "npx", args: ["-y"] };

function set(before: string | undefined): string {
  return editJson("mcp.json", before, () => [{ path: PATH, value: VALUE }]);
}

describe("adding", () => {
  test.each([undefined, "", "  \n", "\uFEFF"])("to nothing (%j) makes a file", (before) => {
    expect(set(before)).toBe(`{
  "servers": {
    "bridge": {
      "command": "npx",
      "args": [
        "-y"
      ]
    }
  }
}
`);
  });

  test("keeps comments, indentation and line ends of what is there", () => {
    const before = `\uFEFF// top\r\n{\r\n\t"servers": {\r\n\t\t"other": { "x": 1 } // mine\r\n\t\t/* last */\r\n\t}, // end\r\n}\r\n`;
    expect(set(before)).toBe(
      `\uFEFF// top\r\n{\r\n\t"servers": {\r\n\t\t"other": { "x": 1 }, // mine\r\n\t\t/* last */\r\n\t\t"bridge": {\r\n` +
        `\t\t\t"command": "npx",\r\n\t\t\t"args": [\r\n\t\t\t\t"-y"\r\n\t\t\t]\r\n\t\t}\r\n\t}, // end\r\n}\r\n`,
    );
  });

  test("behind a trailing comma sets no second one", () => {
    const after = set(`{\n  "servers": {\n    "other": {}, // a, b\n  }\n}`);
    expect(after).toContain(`"other": {}, // a, b\n    "bridge"`);
  });

  test("to an object on one line stays on it", () => {
    expect(set(`{"servers":{"a":{}}}`)).toBe(
      `{"servers":{"a":{}, "bridge": {"command":"npx","args":["-y"]}}}`,
    );
    expect(set(`{"servers":{"a":{},}}`)).toBe(
      `{"servers":{"a":{}, "bridge": {"command":"npx","args":["-y"]},}}`,
    );
  });

  test("to an empty object that holds a comment keeps it", () => {
    const after = set(`{\n  "servers": {\n    // none yet\n  }\n}`);
    expect(after).toContain(`// none yet\n    "bridge": {`);
    expect(parse(after)).toEqual({ servers: { bridge: VALUE } });
  });
});

test("the same value again changes nothing", () => {
  const once = set(`{ "inputs": [] }`);
  const value = { args: ["-y"], command: "npx" };
  expect(editJson("mcp.json", once, () => [{ path: PATH, value }])).toBe(once);
});

test("another value is replaced in its place, unless it is to be kept", () => {
  const before = `{\n  "servers": {\n    "bridge": { "old": true }, // why\n    "b": 1\n  }\n}\n`;
  const member = { path: PATH, value: { a: 1 } };
  expect(editJson("mcp.json", before, () => [{ ...member, keep: true }])).toBe(before);
  const text = editJson("mcp.json", before, () => [member]);
  expect(text).toBe(`{\n  "servers": {\n    "bridge": {\n      "a": 1\n    }, // why\n    "b": 1\n  }\n}\n`);
});

test.each([
  [`{\n "servers": {,\n}`, "not valid JSON with comments (ValueExpected in line 2)"],
  ["[]", "holds no JSON object"],
  [`{ "servers": [] }`, "servers is not an object"],
])("%j is refused by name of the file", (before, reason) => {
  expect(() => set(before)).toThrow(FileError);
  expect(() => set(before)).toThrow(`mcp.json`);
  expect(() => set(before)).toThrow(reason);
});

test("any object gains the member and loses nothing, however it is written", () => {
  const name = fc.string({ unit: "grapheme", maxLength: 5 }).filter((text) => text !== "__proto__");
  const value = fc.jsonValue({ maxDepth: 2 });
  const servers = fc.option(fc.dictionary(name, value, { maxKeys: 3 }), { nil: undefined });
  const indent = fc.constantFrom(undefined, 1, 2, 4, "\t");
  fc.assert(
    fc.property(fc.dictionary(name, value, { maxKeys: 3 }), servers, indent, (others, known, indentation) => {
      const content = { ...others, ...(known !== undefined && { servers: known }) };
      if (known === undefined) delete content["servers"];
      const before = JSON.stringify(content, undefined, indentation);
      const expected = { ...content, servers: { ...known, bridge: VALUE } };
      expect(JSON.parse(set(before))).toEqual(JSON.parse(JSON.stringify(expected)));
    }),
  );
});

test("a member that is to go goes, with its comma and nothing else", () => {
  const gone = (text: string): string =>
    editJson("f", text, () => [{ path: ["env", "B"], value: undefined }]);
  expect(gone(`{\n  // mine\n  "env": {\n    "A": 1,\n    "B": 2\n  }\n}\n`)).toBe(
    `{\n  // mine\n  "env": {\n    "A": 1\n  }\n}\n`,
  );
  expect(gone(`{ "env": { "A": 1 } }`)).toBe(`{ "env": { "A": 1 } }`);
});
