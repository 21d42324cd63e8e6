import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const PAGE = fileURLToPath(new URL("../docs/benchmarks.md", import.meta.url));
const BEGIN = "<!-- written by `npm run bench -- --docs` -->";
const END = "<!-- end -->";

/** Puts the tables of a run, and where they were measured, between the marks of `docs/benchmarks.md`. */
export async function writeDocs(facts: object, tables: string): Promise<void> {
  const page = await readFile(PAGE, "utf8");
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${PAGE} has lost its marks`);
  const measured = `\`\`\`json\n${JSON.stringify(facts, undefined, 2)}\n\`\`\`\n${tables.replaceAll("\n## ", "\n### ")}`;
  await writeFile(PAGE, `${before}${BEGIN}\n\n${measured}\n${END}${after}`);
  execFileSync("npx", ["oxfmt", PAGE], { shell: process.platform === "win32" });
}
