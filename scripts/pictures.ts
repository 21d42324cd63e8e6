/**
 * `npm run pictures`: makes the pictures of the README from the program itself. Needs `npm run build` and a Chromium (on the PATH, or in
 * MCPTB_CHROMIUM), and a Node with SQLite (22.13 or newer) for the plots; everything happens on the loopback.
 */
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { freePort } from "../src/joining/free-port.ts";
import { startBrowser } from "../test/e2e/vscode/support/browser.ts";
import { installBrowser } from "../test/e2e/vscode/support/install.ts";
import { terminalPicture, type Said } from "./terminal-picture.ts";

const ROOT = path.resolve(import.meta.dirname, "..");
const MAIN = path.join(ROOT, "dist/main.js");
const PICTURES = path.join(ROOT, "docs/pictures");
const KEY_MS = 45;

const folder = mkdtempSync(path.join(tmpdir(), "mcptb-pictures-"));
// The port that people see, where it is free.
const port = await freePort("127.0.0.1", 8000).catch(() => freePort("127.0.0.1", 0));
const env = { ...process.env, MCPTB_STATE_DIR: folder, MCPTB_PORT: String(port) };
// What a month of requests might have left, for the plots.
await promisify(execFile)(process.execPath, [
  "--import",
  "tsx",
  path.join(ROOT, "test/support/history/made-history.ts"),
  folder,
  "20000",
  "30",
]);
const demo = spawn(process.execPath, [MAIN, "demo"], { env, stdio: ["ignore", "pipe", "inherit"] });
try {
  await new Promise<void>((resolve, reject) => {
    let shown = "";
    demo.stdout.on("data", (chunk: Buffer) => {
      shown += chunk.toString("utf8");
      if (shown.includes("Ctrl-C ends the bridge")) resolve();
    });
    demo.once("exit", () => reject(new Error(`The demo has ended:\n${shown}`)));
  });
  await terminal();
  await page("page.png", 900, "", "#state.good");
  await page("dashboard.png", 1000, "#time", "figure.plot");
} finally {
  demo.kill("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
}

async function terminal(): Promise<void> {
  const said: Said[] = [];
  let now = 600;
  for (const [words, ...args] of [
    ['mcptb ask "What does a bridge do?"', "ask", "What does a bridge do?"],
    ["mcptb hosts", "hosts"],
  ] as const) {
    said.push({ at: said.length === 0 ? 0 : now, text: "$ ", kind: "typed" });
    now += 500;
    for (const key of words) {
      now += KEY_MS;
      said.push({ at: now, text: key, kind: "typed" });
    }
    now += 300;
    said.push({ at: now, text: "\n", kind: "typed" });
    now = await run(args, now, said);
    said.push({ at: now, text: "\n", kind: "shown" });
    now += 900;
  }
  const label = "A question to mcptb ask is answered word by word; mcptb hosts shows the attached host.";
  writeFileSync(path.join(PICTURES, "terminal.svg"), terminalPicture(said, label));
}

/** Runs the program, noting what it prints when; resolves with the time of its end. */
async function run(args: readonly string[], from: number, said: Said[]): Promise<number> {
  const began = performance.now();
  const time = (): number => Math.round(from + performance.now() - began);
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...env, COLUMNS: "80" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout
    .setEncoding("utf8")
    .on("data", (text: string) => said.push({ at: time(), text, kind: "shown" }));
  await new Promise((resolve) => {
    child.once("close", resolve);
  });
  return time();
}

/** The page as a browser shows it, once `shown` is there. */
async function page(name: string, height: number, view: string, shown: string): Promise<void> {
  const browser = await startBrowser(await installBrowser(), path.join(folder, name), process.env);
  try {
    const tab = await browser.newPage();
    await tab.setViewportSize({ width: 1000, height });
    await tab.goto(`http://127.0.0.1:${port}/${view}`);
    await tab.locator(shown).first().waitFor({ timeout: 30_000 });
    await tab.screenshot({ path: path.join(PICTURES, name) });
  } finally {
    await browser.close();
  }
}
