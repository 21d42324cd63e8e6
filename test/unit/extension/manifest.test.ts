/** What the manifest says and what is there agree, in both languages. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const FOLDER = path.resolve(import.meta.dirname, "../../../extension");
const read = (file: string): string => readFileSync(path.join(FOLDER, file), "utf8");
const json = (file: string) => JSON.parse(read(file)) as Record<string, unknown>;
const sources = readdirSync(path.join(FOLDER, "src")).map((file) => read(`src/${file}`));

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly scope: string }>> };
  };
}
const manifest = json("package.json") as unknown as Manifest;

test("no repository can change a setting", () => {
  const { properties } = manifest.contributes.configuration;
  expect(new Set(Object.values(properties).map(({ scope }) => scope))).toEqual(new Set(["machine"]));
});

test("every setting that is read is told, and every one that is told is read", () => {
  const told = Object.keys(manifest.contributes.configuration.properties);
  const isRead = [...read("src/settings.ts").matchAll(/values\.get(?:<[^(]*>)?\("(\w+)"/g)];
  expect(isRead.map(([, name]) => `mcpTokenBridge.${name}`).toSorted()).toEqual(told.toSorted());
});

test("all texts of the manifest are there, in both languages, and no others", () => {
  const used = new Set([...read("package.json").matchAll(/"%([\w.]+)%"/g)].map(([, name = ""]) => name));
  for (const file of ["package.nls.json", "package.nls.zh-cn.json"])
    expect(Object.keys(json(file)).toSorted()).toEqual([...used].toSorted());
});

test("all sentences of the extension are translated, and no others are", () => {
  const calls = sources.flatMap((source) => [
    ...source.matchAll(/\b(?:t|l10n\.t)\(\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)')/g),
  ]);
  const used = new Set(calls.map(([, double, single]) => single ?? (JSON.parse(`"${double}"`) as string)));
  expect(used.size).toBeGreaterThan(20);
  expect(Object.keys(json("l10n/bundle.l10n.zh-cn.json")).toSorted()).toEqual([...used].toSorted());
});

test("a translation has the places of its sentence", () => {
  const places = (text: string): string[] => (text.match(/\{\d\}/g) ?? []).toSorted();
  for (const [sentence, translation] of Object.entries(json("l10n/bundle.l10n.zh-cn.json")))
    expect(places(String(translation))).toEqual(places(sentence));
});

test("the walkthrough is told in Chinese too, with the same addresses and commands", () => {
  const bodies = readdirSync(path.join(FOLDER, "media/walkthrough")).filter(
    (file) => !file.includes(".nls."),
  );
  expect(bodies.length).toBeGreaterThan(3);
  const codeIn = (text: string): string[] =>
    [...text.matchAll(/https?:\/\/[\w./:]+|`[^`]+`/g)].map(String).toSorted();
  for (const file of bodies) {
    const [english, chinese] = [file, file.replace(/\.md$/, ".nls.zh-cn.md")].map((name) =>
      read(`media/walkthrough/${name}`),
    );
    expect(chinese).toMatch(/\p{Script=Han}/u);
    expect(codeIn(chinese ?? "")).toEqual(codeIn(english ?? ""));
  }
});

test("the files that the manifest names are there", () => {
  const named = [...read("package.json").matchAll(/"(media\/[\w./-]+|icon\.png)"/g)].map(
    ([, file = ""]) => file,
  );
  expect(named.length).toBeGreaterThan(5);
  for (const file of named) expect([file, existsSync(path.join(FOLDER, file))]).toEqual([file, true]);
});
