import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { ERROR_KINDS } from "../../../src/turn/error-kinds.ts";
import { CHINESE } from "../../../src/util/chinese.ts";
import { languageOf, terminalLanguage } from "../../../src/util/language.ts";
import { said, say, speak } from "../../../src/util/say.ts";
import { saidTexts } from "../../support/data/said-texts.ts";
import { verifies } from "../../support/verifies.ts";

const SOURCES = path.join(import.meta.dirname, "../../../src");

afterEach(() => speak(undefined));

verifies(
  "person.language",
  "everything that is said at the terminal has its Chinese, and nothing else has",
  () => {
    const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".ts"),
    );
    const texts = files.flatMap((file) => saidTexts(readFileSync(path.join(SOURCES, file), "utf8")));
    const remedies = Object.values(ERROR_KINDS).map(({ remedy }) => remedy);
    const wanted = new Set([...texts, ...remedies, "See docs/errors.md."]);
    expect(wanted.size).toBeGreaterThan(100);
    expect(new Set(Object.keys(CHINESE))).toEqual(wanted);
  },
);

verifies("person.language", "a translation has the same marks as its text, and is Chinese", () => {
  const marks = (text: string) => [...text.matchAll(/\{\d+\}/g)].map(String).sort();
  for (const [text, chinese] of Object.entries(CHINESE)) {
    expect(marks(chinese), text).toEqual(marks(text));
    expect(chinese).not.toBe(text);
  }
});

test("what is put into a text stays as it is, and in its place", () => {
  const host = "{1} $& {0}";
  expect(say`${host} does not support it`).toBe("{1} $& {0} does not support it");
  speak({ "{0} of {1}": "{1} 的 {0}" });
  expect(say`${"{1}"} of ${2}`).toBe("2 的 {1}");
  expect(say`not translated: ${1}`).toBe("not translated: 1");
  const [a, b, c] = ["a", "b", "c"];
  expect(say`${a}${b}${c}${a}${b}${c}${a}${b}${c}${a}${b}${"of eleven"}`).toBe("abcabcabcabof eleven");
  expect(said("constructor")).toBe("constructor");
});

verifies(
  "person.language",
  "the terminal's language is the setting's, else the environment's, else the system's",
  () => {
    expect(terminalLanguage("zh", { LC_ALL: "en_US.UTF-8" }, "en-US")).toBe("zh-CN");
    expect(terminalLanguage("en", { LANG: "zh_CN.UTF-8" }, "zh-CN")).toBe("en");
    expect(terminalLanguage("auto", { LC_ALL: "", LANG: "zh_CN.UTF-8" }, "en-US")).toBe("zh-CN");
    expect(terminalLanguage("auto", { LC_ALL: "C", LANG: "zh_CN.UTF-8" }, "zh-CN")).toBe("en");
    expect(terminalLanguage("auto", {}, "zh-Hans-CN")).toBe("zh-CN");
    expect(languageOf("fr-FR, zh;q=0.8, en;q=0.5")).toBe("zh-CN");
    expect(languageOf(null, undefined, "fr")).toBe("en");
  },
);
