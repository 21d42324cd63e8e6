import * as fc from "fast-check";
import { parse as parseJson } from "jsonc-parser";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { CLIENT_FILES } from "../../../src/client-files/clients.ts";
import { editJson } from "../../../src/client-files/json.ts";
import { editToml } from "../../../src/client-files/toml.ts";
import { targetOf } from "../../../src/recipes/recipes.ts";
import { verifies } from "../../support/verifies.ts";

const TARGET = targetOf("http://127.0.0.1:9000", []);
const KEYED = targetOf("http://127.0.0.1:9000", ["k"]);
const CLIENTS = ["claude-code", "codex", "opencode", "litellm"] as const;
type Client = (typeof CLIENTS)[number];

const write = (client: Client, before: string | undefined, target = TARGET): string =>
  CLIENT_FILES[client].edit("f", target)(before) ?? "";
const remove = (client: Client, text: string, backup?: string, target = TARGET): string | undefined =>
  CLIENT_FILES[client].undo("f", target)(text, () => backup);

const FILES: Readonly<Record<Client, readonly string[]>> = {
  "claude-code": [
    `{\n  // mine\n  "theme": "dark",\n}\n`,
    `\uFEFF{\r\n\t"env": { "A": "1" }, // why\r\n\t"b": [1, 2,],\r\n}`,
    `{"env":{"ANTHROPIC_BASE_URL":"https://corp.example","X":"y"}}`,
    `{ }\n`,
    `{}`,
  ],
  codex: [
    `# mine\nsandbox_mode = "read-only"\n\n[mcp_servers.x]\ncommand = "x" # why\n`,
    `model = "o3" # the best\r\nmodel_provider = 'mine'\r\n[model_providers.mine]\r\nname = "x"`,
    `[model_providers]\n[model_providers.other]\nname = "y"\n\n\n# end`,
    "",
  ],
  opencode: [
    `{\n\t// mine\n\t"share": "disabled"\n}\n`,
    `{\n  "model": "anthropic/claude",\n  "provider": { "mine": { "npm": "x" } }\n}`,
    `{\n  "$schema": "https://opencode.ai/config.json",\n  /* a */\n}\n`,
  ],
  litellm: [
    `# mine\ngeneral_settings:\n  note: "x" # why\n`,
    `model_list:\n- model_name: other\n  litellm_params: {model: x}\nrouter_settings:\n  num_retries: 3\n`,
    `\uFEFFmodel_list:\r\n  - model_name: other # a\r\n    litellm_params:\r\n      model: x\r\n`,
  ],
};

describe.each(CLIENTS)("%s", (client) => {
  verifies("person.connect-remove", "what was written goes, and the file is what it was", () => {
    for (const before of FILES[client]) {
      for (const [written, removed] of [
        [TARGET, TARGET],
        [KEYED, KEYED],
        [TARGET, KEYED],
        [TARGET, targetOf("http://127.0.0.1:1", [])],
      ] as const) {
        const after = write(client, before, written);
        expect(after).not.toBe(before);
        expect(remove(client, after, before, removed)).toBe(before);
      }
    }
  });

  verifies("person.connect-remove", "a file that was made goes when nothing else is in it", () => {
    for (const target of [TARGET, KEYED]) {
      expect(remove(client, write(client, undefined, target), undefined, target)).toBeUndefined();
    }
  });

  verifies("person.connect-remove", "without anything of ours a file stays as it is", () => {
    for (const before of FILES[client]) expect(remove(client, before)).toBe(before);
  });
});

/** A later change by the person in each format. */
const LATER: Readonly<Record<Client, (text: string) => string>> = {
  "claude-code": (text) => text.replace("{", '{ "later": 1, // later\n'),
  codex: (text) => `${text}\n# later\n[later]\nx = 1\n`,
  opencode: (text) => text.replace("{", '{ "later": 1, // later\n'),
  litellm: (text) => `${text.trimEnd()}\n# later\nlater: 1\n`,
};

test.each(CLIENTS)(
  "%s: what the person has changed since stays, and what we took the place of comes back",
  (client) => {
    for (const before of FILES[client]) {
      const after = remove(client, LATER[client](write(client, before)), before);
      expect(after).toContain("later");
      expect(after).not.toContain("127.0.0.1:9000");
      for (const line of before.split(/\r?\n/).filter((each) => each.length > 3)) {
        const [words = ""] = line.replace(/^\uFEFF?\{?/, "").split(/[#/]|,$/);
        expect(after?.replaceAll('"', "'")).toContain(words.trim().replaceAll('"', "'"));
      }
    }
  },
);

describe("only what is ours", () => {
  test("another address in Claude Code's file", () => {
    const other = `{"env":{"ANTHROPIC_BASE_URL":"https://corp.example","ANTHROPIC_AUTH_TOKEN":"none"}}`;
    expect(remove("claude-code", other)).toBe(other);
  });

  test("a model of the person's own named bridge", () => {
    const other = `model_list:\n- model_name: bridge\n  litellm_params:\n    model: openai/x\n`;
    expect(remove("litellm", other)).toBe(other);
  });

  test("a model of another provider", () => {
    expect(remove("codex", `model = "auto"\nmodel_provider = "mine"\n`)).toBe(
      `model = "auto"\nmodel_provider = "mine"\n`,
    );
  });

  test("settings beside ours, comments around it", () => {
    const text = `# top\nmodel_provider = "bridge"\nmodel = "gpt-5.5"\n# about ours\n[model_providers.bridge]\nname = "x"\nretries = 4\n[model_providers.bridge.http_headers]\na = "b"\n# about the next\n[other]\nx = 1\n`;
    expect(remove("codex", text)).toBe(
      `# top\nmodel = "gpt-5.5"\n# about ours\n# about the next\n[other]\nx = 1\n`,
    );
    const models = `model_list:\n  # first\n  - model_name: bridge # ours\n    litellm_params: {model: anthropic/auto, api_base: x}\n  # second\n  - model_name: b\n    litellm_params: {model: x}\nrouter_settings: {num_retries: 0, x: 1}\n`;
    expect(() => remove("litellm", models)).toThrow("cannot be edited safely");
    const rest = parseYaml(remove("litellm", models.replace(/router.*\n/, "")) ?? "") as object;
    expect(rest).toEqual({ model_list: [{ model_name: "b", litellm_params: { model: "x" } }] });
  });
});

test("any JSON gains members and loses them again, whatever its layout", () => {
  const name = fc.string({ unit: "grapheme", maxLength: 5 }).filter((text) => text !== "__proto__");
  const content = fc.dictionary(name, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 });
  fc.assert(
    fc.property(content, fc.constantFrom(undefined, 2, "\t"), fc.nat(4), (others, indent, place) => {
      const entries = Object.entries(others);
      entries.splice(place, 0, ["our own", { a: [1] }]);
      const text = JSON.stringify(Object.fromEntries(entries), undefined, indent);
      const after = editJson("f", text, () => [{ path: ["our own"], value: undefined }]);
      expect(JSON.parse(after)).toEqual(JSON.parse(JSON.stringify(others)));
    }),
  );
});

test("comments and commas around a member that goes stay", () => {
  const gone = (text: string): string => editJson("f", text, () => [{ path: ["b"], value: undefined }]);
  for (const [before, after] of [
    [`{\n  "a": 1, // one\n  "b": 2, // two\n  "c": 3\n}`, `{\n  "a": 1, // one\n  // two\n  "c": 3\n}`],
    [`{ "a": 1, "b": 2, "c": 3 }`, `{ "a": 1, "c": 3 }`],
    [`{ "a": 1, "b": 2 }`, `{ "a": 1 }`],
    [`{ "b": 2 }`, `{}`],
    [`{\n  "b": 2,\n}\n`, `{}\n`],
    [`{\n  // about b\n  "b": 2\n}`, `{\n  // about b\n}`],
  ] as const) {
    expect(parseJson(gone(before))).toEqual(parseJson(after));
    expect(gone(before).replaceAll(/ +/g, " ")).toBe(after.replaceAll(/ +/g, " "));
  }
});

verifies("person.connect-duplicate", "a name that is there twice is named with its line", () => {
  const json = (text: string) => () => editJson("f.json", text, () => []);
  expect(json(`{\n "a": 1,\n "b": { "x": 1, "x": 2 },\n "a": 2\n}`)).toThrow(
    /f\.json has "a" twice \(again in line 4\)/,
  );
  expect(json(`{ "a": [ { "x": 1 }, {\n "x": 1, "\\u0078": 2 } ] }`)).toThrow(/twice \(again in line 2\)/);
  expect(json(`{ "a": [ { "x": 1 }, { "x": 2 } ] }`)).not.toThrow();
  const toml = (text: string) => () => editToml("f.toml", text, () => []);
  expect(toml(`a = 1\n\n"a" = 2\n`)).toThrow(/f\.toml has a twice \(again in line 3\)/);
  expect(toml(`[a]\nx = 1\n[b]\n[a]\ny = 1\n`)).toThrow(/f\.toml has a twice \(again in line 4\)/);
  expect(() => write("litellm", `a: 1\nb:\n  c: 1\n  c: 2\n`)).toThrow(/f has c twice \(again in line 4\)/);
});
