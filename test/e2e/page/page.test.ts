/** The page at `/` in a real browser: what a person sees and can do, with the keyboard alone and with a screen reader's rules. */
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { installNpm } from "../clients/support/install.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import type { ScriptedHostOptions } from "../../support/hosts/scripted-host.ts";
import { answer, fail, hang } from "../../support/hosts/scripts.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";
import { startBrowser, type Browser, type Page } from "../vscode/support/browser.ts";
import { installBrowser } from "../vscode/support/install.ts";

const AXE_VERSION = "4.14.1";

let folder: string;
let browser: Browser;
let axe: string;
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

let running: RunningBridge | undefined;
let page: Page;
/** What the browser complains of: scripts that fail, files that are missing, rules that are broken. */
let complaints: string[];
beforeEach(async () => {
  page = await browser.newPage();
  complaints = [];
  page.on("console", (told) => complaints.push(told.text?.() ?? ""));
  page.on("pageerror", (told) => complaints.push(told.message ?? ""));
});
afterEach(async () => {
  await page.close();
  await running?.bridge.stop();
  running = undefined;
});

async function open(settings: object, host?: ScriptedHostOptions, query = ""): Promise<void> {
  running = await startBridge(settings);
  if (host !== undefined) await attachHost(running.bridge, host);
  await page.goto(`${running.url}/${query}`);
}

async function shows(selector: string, text: RegExp): Promise<void> {
  await page.locator(selector, { hasText: text }).first().waitFor({ timeout: 60_000 });
}

verifies("person.page", "ready: hosts and models are listed, and a prompt is answered", async () => {
  await open({}, { name: "Test Editor", version: "2.0", script: answer("Hello, **you**.") });
  await shows("#state", /^Ready$/);
  await shows("#hosts", /Test Editor 2\.0/);
  expect(await page.locator("#advice").isVisible()).toBe(false);
  await page.locator("#prompt").fill("Who is there?");
  await page.locator("#send").click();
  await shows("#answer", /^Hello, \*\*you\*\*\.$/);
  expect(complaints).toEqual([]);
});

verifies("person.page", "with the keyboard alone: write, send, stop", async () => {
  await open({}, { script: hang });
  await shows("#state", /^Ready$/);
  await page.locator("#prompt").press("Control+a");
  await page.keyboard.type("Think long.");
  await page.keyboard.press("Control+Enter");
  await page.locator("#stop:not([disabled])").waitFor();
  await page.locator("#stop").press("Enter");
  await shows("#failure", /^Stopped\.$/);
});

verifies("person.page", "not ready: it says so and what to do, and becomes ready by itself", async () => {
  await open({});
  await shows("#state", /^Not ready$/);
  await shows("#advice", /MCP: List Servers/);
  await shows("#no-hosts", /No MCP host is attached/);
  if (running !== undefined) await attachHost(running.bridge);
  await shows("#state", /^Ready$/);
});

verifies("person.page", "a failure is shown as the bridge tells it", async () => {
  await open({}, { script: fail(-32_603, "the provider is overloaded") });
  await page.locator("#send").click();
  await shows("#failure", /overloaded/);
});

verifies("person.page", "with keys: none, a wrong one, the right one", async () => {
  await open({ apiKey: "s3cret" }, {});
  await shows("#state", /^Key needed$/);
  await page.locator("#key").fill("other");
  await page.locator("#key").press("Enter");
  await shows("#key-hint", /does not accept/);
  await page.locator("#key").fill("s3cret");
  await page.locator("#key").press("Enter");
  await shows("#state", /^Ready$/);
  expect(await page.locator("#unlock").isVisible()).toBe(false);
});

test("names and answers with markup in them stay text", async () => {
  const markup = "<img src=x onerror=alert(1)>";
  await open({}, { name: markup, script: answer(`${markup}<script>document.title='gone'</script>`) });
  await shows("#hosts", /<img src=x/);
  await page.locator("#send").click();
  await shows("#answer", /<script>/);
  expect(await page.evaluate("document.querySelectorAll('#answer *, #hosts img').length")).toBe(0);
  expect(await page.evaluate("document.title")).toBe("MCPTokenBridge");
});

describe("for everybody", () => {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const [name, width, query] of [
      ["wide", 1280, "?lang=en"],
      ["narrow, in Chinese", 360, "?lang=zh-CN"],
    ] as const) {
      verifies(
        "person.page",
        `${colorScheme}, ${name}: nothing to find for axe, nothing beside the window`,
        async () => {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 800 });
          await open(
            {},
            {
              name: "A host with a very long name that goes on and on and on",
              script: answer("x".repeat(500)),
            },
            query,
          );
          await page.locator("#hosts-table").waitFor();
          await page.locator("#send").click();
          await shows("#answer", /x{500}/);
          expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
          // The page's own rules would not let it in by a tag.
          await page.evaluate(axe);
          const found = await page.evaluate(
            "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)].join(' ')))",
          );
          expect(found).toEqual([]);
        },
      );
    }
  }
});
