/** A browser for the tests of the page, and what all of them look at. */
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { installNpm } from "../clients/support/install.ts";
import { startBrowser, type Browser, type Page } from "../vscode/support/browser.ts";
import { installBrowser } from "../vscode/support/install.ts";

const AXE_VERSION = "4.14.1";

export interface Looked {
  readonly page: Page;
  /** What the browser complains of: scripts that fail, files that are missing, rules that are broken. */
  readonly complaints: readonly string[];
  readonly shows: (selector: string, text: RegExp) => Promise<void>;
  /** What axe finds, each with the elements. */
  readonly findings: () => Promise<unknown>;
  /** Whether nothing is beside the window. */
  readonly fits: () => Promise<unknown>;
}

/** Each test gets a page of its own. */
export function lookedAt(): Looked {
  let folder: string;
  let browser: Browser | undefined;
  let axe: string;
  let page: Page;
  let complaints: string[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "mcptb-page-"));
    browser = await startBrowser(await installBrowser(), folder, process.env);
    const modules = path.join(await installNpm("axe", `axe-core@${AXE_VERSION}`), "node_modules");
    axe = readFileSync(path.join(modules, "axe-core/axe.min.js"), "utf8");
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    if (browser === undefined) throw new Error("There is no browser.");
    page = await browser.newPage();
    complaints = [];
    page.on("console", (told) => complaints.push(told.text?.() ?? ""));
    page.on("pageerror", (told) => complaints.push(told.message ?? ""));
  });
  afterEach(() => page.close());
  return {
    get page() {
      return page;
    },
    get complaints() {
      return complaints;
    },
    async shows(selector, text) {
      await page.locator(selector, { hasText: text }).first().waitFor({ timeout: 60_000 });
    },
    async findings() {
      // The page's own rules would not let it in by a tag.
      await page.evaluate(axe);
      return page.evaluate(
        "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)].join(' ')))",
      );
    },
    fits: () => page.evaluate("document.documentElement.scrollWidth <= innerWidth"),
  };
}
