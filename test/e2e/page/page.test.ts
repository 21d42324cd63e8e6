/** The page at `/` in a real browser: what a person sees and can do, with the keyboard alone and with a screen reader's rules. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import type { ScriptedHostOptions } from "../../support/hosts/scripted-host.ts";
import { answer, fail, hang } from "../../support/hosts/scripts.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";
import type { Page } from "../vscode/support/browser.ts";
import { lookedAt } from "./support.ts";

const looked = lookedAt();
const { shows } = looked;
let running: RunningBridge | undefined;
let page: Page;
beforeEach(() => {
  page = looked.page;
});
afterEach(async () => {
  await running?.bridge.stop();
  running = undefined;
});

async function open(settings: object, host?: ScriptedHostOptions, query = ""): Promise<void> {
  running = await startBridge(settings);
  if (host !== undefined) await attachHost(running.bridge, host);
  await page.goto(`${running.url}/${query}`);
}

verifies("person.page", "ready: hosts and models are listed, and a prompt is answered", async () => {
  await open({}, { name: "Test Editor", version: "2.0", script: answer("Hello, **you**.") });
  await shows("#state", /^Ready$/);
  await shows("#hosts", /Test Editor 2\.0/);
  expect(await page.locator("#advice").isVisible()).toBe(false);
  await page.locator("#prompt").fill("Who is there?");
  await page.locator("#send").click();
  await shows("#answer", /^Hello, \*\*you\*\*\.$/);
  expect(looked.complaints).toEqual([]);
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
          expect(await looked.fits()).toBe(true);
          expect(await looked.findings()).toEqual([]);
        },
      );
    }
  }
});
