/** What those who run the bridge see and can do on its page, in a real browser. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect } from "vitest";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import type { ScriptedHostOptions } from "../../support/hosts/scripted-host.ts";
import { answer, hang } from "../../support/hosts/scripts.ts";
import { verifies } from "../../support/verifies.ts";
import { lookedAt } from "./support.ts";

const looked = lookedAt();
const { shows } = looked;
let running: RunningBridge | undefined;
let directory: string | undefined;
afterEach(async () => {
  await running?.bridge.stop();
  running = undefined;
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
});

const KEYED = { apiKey: "client", operatorKey: "operator" };
const MARKUP = "<img src=x onerror=document.title='gone'>";

/** A bridge with a host, and the address of its page. */
async function start(
  settings: object = {},
  host: ScriptedHostOptions = { script: answer("Hello.") },
): Promise<string> {
  directory = await mkdtemp(path.join(tmpdir(), "mcptb-dashboard-"));
  running = await startBridge({ stateDir: directory, ...settings });
  await attachHost(running.bridge, host);
  return running.url;
}

/** A request of a client; resolves with its status and body when it is over. */
async function ask(
  headers: Readonly<Record<string, string>> = {},
  content = "Hello?",
): Promise<[number, string]> {
  const response = await fetch(`${running?.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": "tester/1.0", ...headers },
    body: JSON.stringify({ model: "auto", messages: [{ role: "user", content }] }),
  });
  return [response.status, await response.text()];
}

async function token(): Promise<string> {
  const response = await fetch(`${running?.url}/session/token`, {
    method: "POST",
    headers: { authorization: "Bearer operator" },
  });
  return ((await response.json()) as { token: string }).token;
}

function button(name: RegExp | string): ReturnType<typeof looked.page.locator> {
  return looked.page.locator("#dashboard button, #tabs button", { hasText: name });
}

describe("signing in", () => {
  verifies("control.sign-in", "the link of mcptb open signs in once; signing out ends it", async () => {
    const url = await start(KEYED);
    await looked.page.goto(url);
    await shows("#state", /Key needed/);
    expect(await looked.page.locator("#tabs a").count()).toBe(0);
    const link = `${url}/#token=${await token()}`;
    await looked.page.goto(link);
    await shows("#tabs [aria-current]", /^Live$/);
    expect(await looked.page.evaluate("location.hash")).toBe("#live");
    await shows("#state", /^Ready$/);
    expect(await looked.page.evaluate("document.cookie")).toBe("");
    await looked.page.reload();
    await shows("#tabs [aria-current]", /^Live$/);
    await button("Sign out").click();
    await shows("#state", /Key needed/);
    await looked.page.goto(link);
    await shows("#sign-in-failure", /used already/);
    expect(await looked.page.locator("#tabs a").count()).toBe(0);
  });

  verifies("control.sign-in", "an operator's key in the form signs in too, a client's does not", async () => {
    const url = await start(KEYED);
    await looked.page.goto(url);
    await looked.page.locator("#key").fill("client");
    await looked.page.locator("#key").press("Enter");
    await shows("#state", /^Ready$/);
    expect(await looked.page.locator("#tabs a").count()).toBe(0);
    await looked.page.evaluate("sessionStorage.clear()");
    await looked.page.reload();
    await looked.page.locator("#key").fill("operator");
    await looked.page.locator("#key").press("Enter");
    await shows("#tabs a", /^Keys$/);
  });
});

describe("live", () => {
  verifies("control.dashboard", "requests as they run, with a way to end each", async () => {
    await looked.page.goto(`${await start({}, { name: "Editor", script: hang })}/#live`);
    await shows("#dashboard", /No request is running/);
    const asked = ask();
    await shows("#dashboard tbody tr", /tester\/1\.0/);
    await shows("#dashboard tbody .mark", /at the host/);
    await button("Cancel").click();
    expect((await asked)[0]).toBeGreaterThanOrEqual(400);
    await shows("#dashboard", /No request is running/);
    expect(looked.complaints).toEqual([]);
  });

  verifies(
    "control.dashboard",
    "hosts are drained and get requests again; everything is stopped and goes on",
    async () => {
      await looked.page.goto(`${await start()}/#live`);
      await button("No new requests").click();
      await shows("#dashboard .card", /gets no new requests/);
      expect((await ask())[0]).toBe(503);
      await button("Give it requests again").click();
      await shows("#dashboard .card", /lends its model/);
      await button("Stop everything").click();
      await shows(".halt", /nothing is sent to any host/);
      expect((await ask())[1]).toContain("stopped");
      await button("Let requests go on").click();
      await shows(".halt", /Requests go to the hosts/);
      expect((await ask())[0]).toBe(200);
    },
  );

  verifies(
    "control.dashboard",
    "a question shows who asks what, in text, and is answered either way",
    async () => {
      await looked.page.goto(`${await start({ clientConsent: "ask" })}/#live`);
      await shows("#dashboard", /No request waits for you/);
      const allowed = ask({ "user-agent": MARKUP }, `${MARKUP} the last words`);
      await shows("article", /the last words/);
      await shows("article", /<img src=x/);
      expect(await looked.page.locator("article img").count()).toBe(0);
      await expect.poll(() => looked.page.evaluate("document.title")).toBe("(1) MCPTokenBridge");
      await button(/^Allow$/).click();
      expect((await allowed)[0]).toBe(200);
      const denied = ask();
      await shows("article", /Hello\?/);
      await button(/^Deny$/).click();
      expect((await denied)[0]).toBe(400);
      await shows("#dashboard", /No request waits for you/);
      const granted = ask();
      await shows("article", /Hello\?/);
      await button(/^Allow for 15 minutes$/).click();
      expect((await granted)[0]).toBe(200);
      await shows(".grant", /allowed/);
      expect((await ask())[0]).toBe(200);
      await button("End it").click();
      await looked.page.locator(".grant").waitFor({ state: "hidden" });
      expect(looked.complaints).toEqual([]);
    },
  );
});

describe("keys", () => {
  verifies(
    "control.dashboard",
    "with the keyboard alone: made, used, changed, replaced, revoked",
    async () => {
      const { page } = looked;
      await page.goto(
        `${await start({ apiKey: "client", operatorKey: "operator" })}/#token=${await token()}`,
      );
      await shows("#tabs a", /^Keys$/);
      await page.locator('#tabs a[href="#keys"]').press("Enter");
      await shows("#dashboard", /There are no keys/);
      await page.locator("#dashboard button", { hasText: "Make a key" }).press("Enter");
      // The first field has the focus as soon as it is there.
      await page.locator('input[name="name"]').waitFor();
      await page.keyboard.type("anna");
      await page.locator('input[name="requestsPerDay"]').focus();
      await page.keyboard.type("5");
      await page.keyboard.press("Enter");
      await shows("#secret", /^mcptb_[0-9a-f]{12}_/);
      const secret = (await page.locator("#secret").textContent()) ?? "";
      const anna = { authorization: `Bearer ${secret}` };
      expect((await ask(anna))[0]).toBe(200);
      await page.locator("#dashboard button", { hasText: "I have it" }).press("Enter");
      await page.locator("#secret").waitFor({ state: "hidden" });
      await page.locator("#dashboard button", { hasText: "Change" }).press("Enter");
      await page.locator('input[name="models"]').focus();
      await page.keyboard.type("gpt-*");
      await page.keyboard.press("Enter");
      await shows(".card", /gpt-\*/);
      await shows(".limit", /of 5 left/);
      expect((await ask(anna))[0]).toBe(404);
      await page.locator("#dashboard button", { hasText: "New secret" }).press("Enter");
      await page.locator("#dashboard button", { hasText: "sure?" }).press("Enter");
      await shows("#secret", /^mcptb_/);
      expect(await page.locator("#secret").textContent()).not.toBe(secret);
      await page.locator("#dashboard button", { hasText: "Revoke" }).press("Enter");
      await page.locator("#dashboard button", { hasText: "sure?" }).press("Enter");
      await shows("#dashboard", /There are no keys/);
      expect((await ask(anna))[0]).toBe(401);
      expect(looked.complaints).toEqual([]);
    },
  );

  verifies("control.dashboard", "what the bridge refuses is said with its words", async () => {
    const { page } = looked;
    await page.goto(`${await start()}/#keys`);
    for (const turn of [1, 2]) {
      await page.locator("#dashboard button", { hasText: "Make a key" }).click();
      if (turn === 1) await shows("#dashboard", /every client needs one/);
      await page.locator('input[name="name"]').fill("anna");
      await page.locator("form button", { hasText: "Make a key" }).click();
      if (turn === 1) await shows("#secret", /^mcptb_/);
    }
    await shows("#dashboard .failure", /A key named anna exists already/);
  });
});

describe("what was", () => {
  verifies(
    "control.dashboard",
    "plots have their figures first, are read with the arrow keys, and by key",
    async () => {
      const { page } = looked;
      const url = await start();
      await page.goto(`${url}/#time`);
      await shows("#dashboard .empty", /There were no requests/);
      for (let count = 0; count < 3; count += 1) await ask();
      await page.reload();
      await shows(".plot", /Requests\s*3/);
      await expect.poll(() => page.locator(".plot svg").count()).toBe(6);
      await page.locator('.plot [role="img"]').first().press("End");
      await shows(".plot .legend", /Answered\s*3/);
      await page.locator('input[type="radio"][name="Shown apart"]').first().focus();
      await page.keyboard.press("ArrowDown");
      await shows(".plot .legend", /none/);
      expect(looked.complaints).toEqual([]);
    },
  );

  verifies(
    "control.dashboard",
    "the history is searched, filtered and told, whatever clients call themselves",
    async () => {
      const { page } = looked;
      const url = await start();
      await ask({ "user-agent": MARKUP });
      await ask({ "user-agent": "other/2" });
      await page.goto(`${url}/#history`);
      await shows("#dashboard tbody", /other\/2/);
      await page.locator('input[type="search"]').fill("<IMG");
      await page.locator("#dashboard tbody tr", { hasText: "other/2" }).waitFor({ state: "hidden" });
      await shows("#dashboard tbody", /<img src=x/);
      await page.locator("#dashboard tbody button").first().press("Enter");
      await shows("ol.story", /went to the host/);
      await shows("ol.story", /Answered in full/);
      expect(await page.locator("#dashboard tbody img").count()).toBe(0);
      expect(await page.evaluate("document.title")).toBe("MCPTokenBridge");
      await page.locator("#dashboard select").first().selectOption("failed");
      await shows("#dashboard .empty", /Nothing fits/);
      expect(looked.complaints).toEqual([]);
    },
  );

  verifies("control.dashboard", "settings name where each comes from, and no key", async () => {
    const { page } = looked;
    await page.goto(`${await start(KEYED)}/#token=${await token()}`);
    await page.locator('#tabs a[href="#settings"]').click();
    await shows("#dashboard tr", /--api-key.*1 key, not shown/s);
    expect(await page.locator("#dashboard code", { hasText: /^(client|operator)$/ }).count()).toBe(0);
  });

  verifies("control.dashboard", "a bridge that is gone is said, and found again", async () => {
    const { page } = looked;
    const url = await start();
    await page.goto(`${url}/#live`);
    await shows("#dashboard", /No request is running/);
    const settings = {
      port: Number(new URL(url).port),
      ...(directory !== undefined && { stateDir: directory }),
    };
    await running?.bridge.stop();
    await shows("#dashboard .failure", /does not answer/);
    running = await startBridge(settings);
    await shows("#dashboard", /No MCP host is attached/);
  });
});

describe("for everybody", () => {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const [name, width, lang] of [
      ["wide", 1280, "en"],
      ["narrow, in Chinese", 360, "zh-CN"],
    ] as const) {
      verifies(
        "control.dashboard",
        `${colorScheme}, ${name}: nothing to find for axe, nothing beside the window`,
        async () => {
          const { page } = looked;
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 800 });
          const url = await start(
            { clientConsent: "ask" },
            { name: `A host ${MARKUP} ${"x".repeat(60)}`, script: answer("Hello.") },
          );
          const waiting = ask({ "user-agent": `${MARKUP}${"y".repeat(150)}` }, "word ".repeat(200));
          await page.goto(`${url}/?lang=${lang}#live`);
          await page.locator("article").waitFor();
          expect([await looked.fits(), await looked.findings()]).toEqual([true, []]);
          await page.locator("article button.primary").click();
          await waiting;
          await page.goto(`${url}/?lang=${lang}#keys`);
          await page.locator("#dashboard button.primary").click();
          await page.locator('input[name="name"]').fill("k".repeat(40));
          expect([await looked.fits(), await looked.findings()]).toEqual([true, []]);
          await page.locator("form button.primary").click();
          await page.locator("#secret").waitFor();
          expect([await looked.fits(), await looked.findings()]).toEqual([true, []]);
          for (const view of ["time", "history", "settings"]) {
            await page.locator(`#tabs a[href="#${view}"]`).click();
            await page
              .locator(view === "time" ? ".plot svg" : "#dashboard table")
              .first()
              .waitFor();
            if (view === "history") await page.locator("#dashboard tbody button").first().click();
            expect([view, await looked.fits(), await looked.findings()]).toEqual([view, true, []]);
          }
          expect(looked.complaints).toEqual([]);
        },
      );
    }
  }
});
