/** `npm run docs`: writes the pages that come from the code. A test fails when one of them is out of date. */
import { writeFileSync } from "node:fs";
import { PAGES } from "./docs/pages.ts";

for (const { file, text } of PAGES) {
  writeFileSync(file, text());
  console.log(`wrote ${file}`);
}
