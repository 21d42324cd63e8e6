/** `npm run address https://github.com/OWNER/NAME`: writes where the project lives into package.json, for a release. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const [given = ""] = process.argv.slice(2);
const address = /^https:\/\/[\w.-]+(?:\/[\w.-]+){2,}$/.exec(given)?.[0].replace(/\.git$/, "");
if (address === undefined) {
  console.error("Give the repository's address, such as https://github.com/OWNER/NAME");
  process.exit(2);
}
const file = path.resolve(process.env["npm_config_local_prefix"] ?? ".", "package.json");
const manifest = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
const fields = {
  homepage: `${address}#readme`,
  bugs: { url: `${address}/issues` },
  repository: { type: "git", url: `git+${address}.git` },
};
writeFileSync(file, `${JSON.stringify({ ...manifest, ...fields }, undefined, 2)}\n`);
console.log(`package.json names ${address}`);
