import { expect, test } from "vitest";
import { parse } from "yaml";
import { editLiteLlm } from "../../../src/client-files/litellm.ts";
import { FileError } from "../../../src/client-files/file-error.ts";
import { liteLlmConfig, targetOf } from "../../../src/recipes/recipes.ts";

const TARGET = targetOf("http://127.0.0.1:8000", []);
const set = (before: string | undefined): string => editLiteLlm("litellm.yaml", before, TARGET);
const WANTED = parse(liteLlmConfig(TARGET)) as { model_list: unknown[]; router_settings: object };

test.each([undefined, "", "\n"])("no file, or an empty one (%j), becomes what is printed", (before) => {
  expect(set(before)).toBe(`${liteLlmConfig(TARGET)}\n`);
});

test("the model joins the others, and comments, quotes and long lines stay", () => {
  const before = `# proxy\nmodel_list:\n  - model_name: "other" # mine\n    litellm_params: { model: 'openai/x' }\n\n# ${"long ".repeat(40)}\ngeneral_settings:\n  note: ${"word ".repeat(40).trim()}\n`;
  const after = set(before);
  const [head = "", tail = ""] = before.split("\n\n");
  expect(after.startsWith(head)).toBe(true);
  expect(after).toContain(tail);
  expect(parse(after)).toEqual({
    ...(parse(before) as object),
    model_list: [...(parse(before) as typeof WANTED).model_list, ...WANTED.model_list],
    router_settings: WANTED.router_settings,
  });
});

test("our own entry is brought up to date in its place, and what the person added stays", () => {
  const before = `${liteLlmConfig(TARGET).replace("8000", "9000").replace("num_retries: 0", "num_retries: 2 # hm\n  timeout: 5")}\n`;
  expect(set(before)).toBe(before.replace("9000", "8000").replace("num_retries: 2", "num_retries: 0"));
});

test("the same again changes no byte, whatever its layout", () => {
  const once = set("model_list:   []   # none\r\n").replaceAll("  - ", "  -   ");
  expect(once).toContain("\r\n");
  expect(set(once)).toBe(once);
});

test.each([
  ["model_list: {}\n", "model_list is not a list"],
  ["a: [\n", "not one valid YAML document"],
  ["a: 1\n---\nb: 1\n", "not one valid YAML document"],
  ["router_settings: 5\n", "router_settings is written in a way"],
])("%j is refused by name of the file", (before, reason) => {
  expect(() => set(before)).toThrow(FileError);
  expect(() => set(before)).toThrow(`litellm.yaml`);
  expect(() => set(before)).toThrow(reason);
});
