import { createRequire } from "node:module";
import { join } from "node:path";

import type { BrowserParts } from "./install.ts";

/** The part of playwright-core that is used here; the package itself is installed for the run only. */
export interface Locator {
  first(): Locator;
  count(): Promise<number>;
  inputValue(): Promise<string>;
  textContent(): Promise<string | null>;
  getAttribute(name: string): Promise<string | null>;
  isVisible(): Promise<boolean>;
  press(key: string): Promise<void>;
  locator(selector: string, options?: { hasText?: string | RegExp }): Locator;
  focus(): Promise<void>;
  selectOption(value: string): Promise<unknown>;
  click(options?: { timeout?: number; trial?: boolean }): Promise<void>;
  fill(text: string, options?: { timeout?: number }): Promise<void>;
  waitFor(options?: { timeout?: number; state?: "visible" | "hidden" }): Promise<void>;
  allTextContents(): Promise<string[]>;
}

/** The page inside a frame. */
export interface Frame {
  locator(selector: string, options?: { hasText?: string | RegExp }): Locator;
  frameLocator(selector: string): Frame;
}

export interface Page {
  frameLocator(selector: string): Frame;
  goto(url: string, options?: { timeout?: number }): Promise<unknown>;
  reload(options?: { timeout?: number }): Promise<unknown>;
  close(options?: { runBeforeUnload?: boolean }): Promise<void>;
  on(
    event: "console" | "pageerror",
    listener: (told: { text?(): string; message?: string }) => void,
  ): unknown;
  setViewportSize(size: { width: number; height: number }): Promise<void>;
  emulateMedia(media: { colorScheme: "dark" | "light" }): Promise<void>;
  evaluate(script: string): Promise<unknown>;
  readonly keyboard: { press(key: string): Promise<void>; type(text: string): Promise<void> };
  waitForEvent(event: "close", options?: { timeout?: number }): Promise<unknown>;
  locator(selector: string, options?: { hasText?: string | RegExp }): Locator;
  screenshot(options: {
    path: string;
    fullPage?: boolean;
    timeout?: number;
    clip?: { x: number; y: number; width: number; height: number };
  }): Promise<unknown>;
}

export interface Browser {
  newPage(): Promise<Page>;
  pages(): Page[];
  close(): Promise<void>;
}

interface Driver {
  readonly chromium: {
    launchPersistentContext(folder: string, options: Record<string, unknown>): Promise<Browser>;
  };
}

/** Starts a headless browser whose profile lives in the run's folder. */
export async function startBrowser(
  { driver, chromium }: BrowserParts,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<Browser> {
  const load = createRequire(join(driver, "package.json"));
  const playwright: Driver = load("playwright-core");
  return playwright.chromium.launchPersistentContext(join(folder, "browser"), {
    executablePath: chromium,
    headless: true,
    env,
    viewport: { width: 1280, height: 800 },
    timeout: 60_000,
    // The run's own reaper ends the browser; playwright's handlers would end the test runner's process.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      "--no-sandbox", // Chromium refuses to run as root with its sandbox.
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // Only one window is in front, and the others must go on working.
      "--disable-background-timer-throttling",
      "--disable-renderer-backgrounding",
      "--disable-backgrounding-occluded-windows",
    ],
  });
}
