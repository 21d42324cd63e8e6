/** A history of a million requests, kept as a bridge keeps them, and asked as the page asks. */
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect } from "vitest";
import { freePort } from "../../src/joining/free-port.ts";
import { verifies } from "../support/verifies.ts";
import { installNode } from "../e2e/vscode/support/install.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const REQUESTS = 1_000_000;
const DAYS = 90;
const DAY_MS = 86_400_000;
const WITHIN_MS = 1000;

let folder: string;
let bridge: ReturnType<typeof spawn>;
let url: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "mcptb-million-"));
  // The oldest that runs this has no SQLite.
  const node = await installNode();
  const made = path.join(ROOT, "test/support/history/made-history.ts");
  await promisify(execFile)(node, [made, folder, String(REQUESTS), String(DAYS)], { timeout: 240_000 });
  const port = await freePort("127.0.0.1", 0);
  url = `http://127.0.0.1:${port}`;
  const settings = ["--no-stdio", "--port", String(port), "--state-dir", folder, "--keep-days", "3650"];
  bridge = spawn(node, [path.join(ROOT, "dist/main.js"), ...settings], { stdio: "ignore" });
}, 300_000);
afterAll(async () => {
  bridge.kill("SIGTERM");
  await rm(folder, { recursive: true, force: true });
});

async function timed(
  query: string,
): Promise<{ readonly ms: number; readonly body: Record<string, unknown> }> {
  const began = performance.now();
  const body = (await (await fetch(`${url}/control/history/${query}`)).json()) as Record<string, unknown>;
  return { ms: performance.now() - began, body };
}

verifies("control.plots", "of a million requests each view is there in under a second", async () => {
  await expect
    .poll(
      () =>
        fetch(`${url}/health`).then(
          ({ ok }) => ok,
          () => false,
        ),
      { timeout: 60_000 },
    )
    .toBe(true);
  // Whatever is done once only.
  await timed("requests");
  const now = Date.now();
  const took: Record<string, number> = {};
  for (const [days, step] of [
    [1, "hour"],
    [7, "hour"],
    [30, "day"],
    [DAYS, "day"],
  ] as const) {
    for (const by of ["all", "key", "model", "host"]) {
      const query = `series?by=${by}&step=${step}&from=${now - days * DAY_MS}&until=${now}`;
      const { ms, body } = await timed(query);
      expect(body["kept"]).toBe("file");
      took[`${days} days by ${by}`] = ms;
      if (days === DAYS) expect(body).toMatchObject({ all: { sum: { requests: REQUESTS } } });
    }
  }
  for (const query of [
    "requests",
    "requests?outcome=failed",
    "requests?text=codex",
    "requests?text=nothing+at+all",
  ]) {
    const { ms, body } = await timed(query);
    took[query] = ms;
    expect(body).toHaveProperty("requests");
    if (query.includes("nothing")) expect(body).toMatchObject({ requests: [], next: expect.any(String) });
  }
  expect(Object.entries(took).filter(([, ms]) => ms > WITHIN_MS)).toEqual([]);
});
