// `node scripts/report-parts.mjs FOLDER`: prints what `.ci/run` did, a row a part, and one closing line. The folder holds `parts.tsv`
// (name, seconds, exit code) and for each suite vitest's JSON report under its name. Fails unless tests passed and none failed.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [folder = "."] = process.argv.slice(2);
const file = join(folder, "parts.tsv");
const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];

const parts = lines.filter(Boolean).map((line) => {
  const [name = "", seconds = "", code = ""] = line.split("\t");
  const { numPassedTests, numFailedTests } = reportOf(name);
  return { name, seconds: Number(seconds), passed: numPassedTests, failed: numFailedTests, code };
});

function reportOf(name) {
  try {
    return JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
  } catch {
    // A check, or a suite that was cut before it could tell.
    return {};
  }
}

const row = (cells) =>
  `${cells[0].padEnd(32)}${cells
    .slice(1)
    .map((cell) => String(cell).padStart(9))
    .join("")}`;

console.log(`\n${row(["part", "seconds", "passed", "failed", "exit"])}`);
for (const { name, seconds, passed, failed, code } of parts) {
  console.log(row([name, seconds, passed ?? "", failed ?? "", code === "0" ? "" : code]));
}

const sum = (key) => parts.reduce((total, part) => total + (part[key] ?? 0), 0);
console.log(row(["whole", sum("seconds"), sum("passed"), sum("failed"), ""]));
const broken = parts.filter(({ code, failed }) => code !== "0" || failed > 0).map(({ name }) => name);
if (broken.length > 0) console.log(`NOT PASSED: ${broken.join(", ")}`);
console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
process.exitCode = sum("passed") > 0 && sum("failed") === 0 ? 0 : 1;
