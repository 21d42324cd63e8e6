/** The MCP Inspector in a browser, with the bridge as the server it inspects. The test is the person in front of it. */
import { spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../../../../src/joining/free-port.ts";
import { cleanEnvironment } from "../../clients/support/environment.ts";
import { Program } from "../../clients/support/program.ts";
import { MAIN } from "../../../support/processes/spawned-bridge.ts";
import { startBrowser, type Page } from "../../vscode/support/browser.ts";
import type { installInspector } from "./install.ts";

const START_MS = 60_000;
const STEP_MS = 20_000;
const DIALOG = '[role="dialog"]';

export interface Inspector {
  /** Where the bridge listens. */
  readonly url: string;
  /** The text of the question, once it is on the screen. */
  question(): Promise<string>;
  answer(text: string): Promise<void>;
  reject(): Promise<void>;
  /** Waits until no question is on the screen. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the Inspector and connects it to the bridge. */
export async function startInspector(
  installed: Awaited<ReturnType<typeof installInspector>>,
  home: string,
): Promise<Inspector> {
  const [bridgePort, webPort, sandboxPort] = await Promise.all(
    [0, 0, 0].map((any) => freePort("127.0.0.1", any)),
  );
  const bridge = [process.execPath, MAIN, "--port", String(bridgePort)];
  const inspector = new Program(
    "the Inspector",
    spawn(installed.node, [installed.program, "--web", "--", ...bridge], {
      env: {
        ...cleanEnvironment(home),
        CLIENT_PORT: String(webPort),
        MCP_SANDBOX_PORT: String(sandboxPort),
        MCP_AUTO_OPEN_ENABLED: "false",
        MCP_INSPECTOR_SECRET_STORE: "memory",
      },
    }),
  );
  await inspector.until(/up and running at:\s+http\S+/, START_MS);
  const [, address = ""] = /up and running at:\s+(http\S+)/.exec(inspector.output) ?? [];
  const browser = await startBrowser(
    installed.browser,
    await mkdtemp(join(home, "inspector-")),
    cleanEnvironment(home),
  );
  const page = await browser.newPage();
  await page.goto(address, { timeout: START_MS });
  // The switch itself is hidden behind its picture.
  await page.locator('input[aria-label^="Connect or disconnect"] + *').click({ timeout: STEP_MS });
  await page.locator('button[aria-label="Disconnect from server"]').waitFor({ timeout: STEP_MS });
  return {
    url: `http://127.0.0.1:${bridgePort}`,
    question: () => question(page),
    async answer(text) {
      await page.locator('textarea[aria-label="Response"]').fill(text, { timeout: STEP_MS });
      await press(page, "Send Response");
    },
    reject: () => press(page, "Reject"),
    idle: () => page.locator(DIALOG).first().waitFor({ state: "hidden", timeout: STEP_MS }),
    async stop() {
      await browser.close();
      await inspector.end();
    },
  };
}

async function question(page: Page): Promise<string> {
  await page.locator('textarea[aria-label="Response"]').waitFor({ timeout: STEP_MS });
  return (await page.locator(DIALOG).allTextContents()).join("\n");
}

async function press(page: Page, name: string): Promise<void> {
  await page.locator(`${DIALOG} button`, { hasText: name }).first().click({ timeout: STEP_MS });
}
