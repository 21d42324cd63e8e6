import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { PAGES } from "../../scripts/docs/pages.ts";
import { OPTIONS } from "../../src/config/settings.ts";
import { ERROR_KINDS } from "../../src/turn/error-kinds.ts";

const lines = (text: string): string[] => text.split(/\r?\n/);

test.each(PAGES.map((page) => ({ ...page, name: path.basename(page.file) })))(
  "docs/$name is what `npm run docs` writes",
  ({ file, text }) => {
    expect(lines(readFileSync(file, "utf8"))).toEqual(lines(text()));
  },
);

test("every error and every setting is described", () => {
  const [errors = "", configuration = ""] = PAGES.map(({ text }) => text());
  for (const [code, { meaning, remedy }] of Object.entries(ERROR_KINDS)) {
    expect(errors).toContain(`## ${code}\n\n${meaning}`);
    expect(errors).toContain(remedy);
  }
  for (const [name, { flag, env, description }] of Object.entries(OPTIONS)) {
    for (const text of [`\`${name}\``, `\`${flag}\``, `\`${env}\``, description.replaceAll("|", "\\|")]) {
      expect(configuration).toContain(text);
    }
  }
});
