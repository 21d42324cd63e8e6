/** The history of real processes on a disk, with each SQLite that there is: killed while it writes, shared, damaged, without room. */
import { execFile, execFileSync } from "node:child_process";
import { mkdir, mkdtemp, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { ask } from "../../support/bridge/ask.ts";
import { stateDir } from "../../support/bridge/state-dir.ts";
import { markedRun } from "../../support/processes/marked-run.ts";
import { MAIN, spawnBridge, type SpawnedBridge } from "../../support/processes/spawned-bridge.ts";
import { verifies } from "../../support/verifies.ts";
import { installNode } from "../vscode/support/install.ts";
import { installNpm } from "./support/install.ts";

const SQLITE = "@photostructure/sqlite";
const packages = path.join(await installNpm("sqlite", `${SQLITE}@1.2.1`), "node_modules");

/** What runs the bridge, and how it loads SQLite. */
const ENGINES = [
  { name: "node:sqlite of a newer Node", node: await installNode(), env: {}, module: "node:sqlite" },
  {
    name: `${SQLITE} on the oldest Node`,
    node: process.execPath,
    env: { NODE_PATH: packages },
    module: SQLITE,
  },
] as const;

interface Sums {
  readonly requests: number;
  /** As the hourly sums have it, which every view is made of. */
  readonly inHours: number;
  readonly integrity: string;
}

for (const { name, node, env, module } of ENGINES) {
  const start = async (
    directory: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<SpawnedBridge> => {
    const bridge = spawnBridge({}, ["--state-dir", directory, "--port", "0"], { ...env, ...more }, node);
    onTestFinished(() => bridge.kill());
    await bridge.host.initialize();
    await bridge.url;
    return bridge;
  };
  const sums = async (directory: string): Promise<Sums> => {
    const script = `
      const { DatabaseSync } = require(${JSON.stringify(module)});
      const db = new DatabaseSync(${JSON.stringify(path.join(directory, "history.db"))});
      const one = (sql) => Object.values(db.prepare(sql).get())[0];
      console.log(JSON.stringify({
        requests: one("SELECT COUNT(*) FROM requests"),
        inHours: one("SELECT COALESCE(SUM(requests), 0) FROM hours"),
        integrity: one("PRAGMA integrity_check"),
      }));`;
    const { stdout } = await promisify(execFile)(node, ["-e", script], { env: { ...process.env, ...env } });
    return JSON.parse(stdout) as Sums;
  };
  const usage = async (directory: string): Promise<number> => {
    const given = { ...process.env, ...env, MCPTB_STATE_DIR: directory };
    const { stdout } = await promisify(execFile)(node, [MAIN, "usage", "--by", "host", "--json"], {
      env: given,
    });
    return (JSON.parse(stdout) as { requests: number }[]).reduce((sum, { requests }) => sum + requests, 0);
  };
  const askMany = async (bridge: SpawnedBridge, count: number): Promise<number[]> => {
    const url = await bridge.url;
    return Promise.all(
      Array.from({ length: count }, async () => {
        const response = await ask(url, "openai-chat");
        await response.text();
        return response.status;
      }),
    );
  };

  describe(name, () => {
    verifies(
      "control.history-durable",
      "killed while it writes, it is whole and has what it had",
      async () => {
        const directory = await stateDir();
        let known = 0;
        let asked = 0;
        for (const rounds of [1, 2, 3]) {
          const bridge = await start(directory);
          const killed = new AbortController();
          const busy = (async () => {
            while (!killed.signal.aborted) {
              asked += 8;
              await askMany(bridge, 8).catch(() => undefined);
            }
          })();
          // It writes a few times, with requests coming and going, and is gone in the middle of that.
          for (let round = 0; round < rounds; round += 1) {
            const before = known;
            await expect.poll(() => usage(directory)).toBeGreaterThan(before);
            known = await usage(directory);
          }
          await bridge.kill();
          killed.abort();
          await busy;
          const found = await sums(directory);
          expect(found.integrity).toBe("ok");
          expect(found.inHours).toBe(found.requests);
          expect(found.requests).toBeGreaterThanOrEqual(known);
          expect(found.requests).toBeLessThanOrEqual(asked);
          known = found.requests;
        }
      },
    );

    verifies(
      "server.secrets",
      "no mark of what was asked and answered, and of no key, is in the file",
      async () => {
        const { found, sizes, reachedHost } = await markedRun(node, env);
        expect(reachedHost).toBe(true);
        expect(sizes["history.db"]).toBeGreaterThan(10_000);
        expect(Object.fromEntries(Object.entries(found).filter(([, marks]) => marks.length > 0))).toEqual({});
      },
    );

    verifies("control.history-durable", "windows that share it each add theirs", async () => {
      const directory = await stateDir();
      const bridges = await Promise.all([start(directory), start(directory), start(directory)]);
      const answered = await Promise.all(bridges.map((bridge) => askMany(bridge, 50)));
      expect(answered.flat().every((status) => status === 200)).toBe(true);
      await expect.poll(() => usage(directory)).toBe(150);
      for (const bridge of bridges) {
        expect(bridge.log.filter((line) => line.includes("kept in memory"))).toEqual([]);
        bridge.child.kill("SIGTERM");
        await bridge.exited;
      }
      expect(await sums(directory)).toEqual({ requests: 150, inHours: 150, integrity: "ok" });
    });

    verifies(
      "control.history-faults",
      "a file that was damaged is told, and requests go on in memory",
      async () => {
        const directory = await stateDir();
        const first = await start(directory);
        await askMany(first, 40);
        first.child.kill("SIGTERM");
        await first.exited;
        const file = path.join(directory, "history.db");
        const { size } = await stat(file);
        const handle = await open(file, "r+");
        await handle.write(Buffer.alloc(size, 0x5a), 0, size, 0);
        await handle.close();
        const bridge = await start(directory);
        expect(await askMany(bridge, 5)).toEqual([200, 200, 200, 200, 200]);
        await bridge.logged(/kept in memory/);
        const url = await bridge.url;
        const kept = (await (await fetch(`${url}/usage?by=host`)).json()) as { kept: string };
        expect(kept).toMatchObject({ kept: "memory", totals: [{ requests: 5 }] });
        // What cannot be read is left as it is, for whoever can mend it.
        expect((await readFile(file)).every((byte) => byte === 0x5a)).toBe(true);
      },
    );

    verifies("control.history-durable", "a clock that was set back or on loses nothing", async () => {
      const directory = await stateDir();
      const moved = (days: number): Record<string, string> => ({
        NODE_OPTIONS: `--import=data:text/javascript,const%20now=Date.now;Date.now=()=>now()+${days * 86_400_000}`,
      });
      for (const days of [0, -2, 2]) {
        const bridge = await start(directory, moved(days));
        await askMany(bridge, 10);
        bridge.child.kill("SIGTERM");
        await bridge.exited;
      }
      expect(await sums(directory)).toEqual({ requests: 30, inHours: 30, integrity: "ok" });
      const given = { ...process.env, ...env, MCPTB_STATE_DIR: directory };
      const { stdout } = await promisify(execFile)(node, [MAIN, "usage", "--by", "day", "--json"], {
        env: given,
      });
      expect((JSON.parse(stdout) as { requests: number }[]).map(({ requests }) => requests)).toEqual([
        10, 10, 10,
      ]);
    });

    test.skipIf(!mayMount())(
      "a full disk is told, requests go on, and what was written is whole",
      async () => {
        const disk = await smallDisk();
        const directory = path.join(disk, "state");
        await mkdir(directory, { mode: 0o700 });
        const bridge = await start(directory);
        await askMany(bridge, 5);
        await expect.poll(() => usage(directory)).toBe(5);
        await fill(path.join(disk, "filler"));
        expect((await askMany(bridge, 200)).every((status) => status === 200)).toBe(true);
        await expect
          .poll(async () => {
            await askMany(bridge, 50);
            return bridge.log.some((line) => line.includes("kept in memory"));
          })
          .toBe(true);
        // Keys, limits and stops have their files there too: nothing of that ends a request or the process.
        expect(await askMany(bridge, 5)).toEqual([200, 200, 200, 200, 200]);
        await rm(path.join(disk, "filler"));
        bridge.child.kill("SIGTERM");
        expect(await bridge.exited).toBe(0);
        const found = await sums(directory);
        expect(found.integrity).toBe("ok");
        expect(found.inHours).toBe(found.requests);
        expect(found.requests).toBeGreaterThanOrEqual(5);
        // With room again the next bridge keeps it in the file.
        const next = await start(directory);
        await askMany(next, 3);
        await expect.poll(async () => (await sums(directory)).requests).toBe(found.requests + 3);
      },
    );
  });
}

function mayMount(): boolean {
  try {
    execFileSync(
      "sh",
      ["-c", 'd=$(mktemp -d) && mount -t tmpfs -o size=64k none "$d" && umount "$d" && rmdir "$d"'],
      {
        stdio: "ignore",
      },
    );
    return true;
  } catch {
    return false;
  }
}

async function smallDisk(): Promise<string> {
  const disk = await mkdtemp(path.join(tmpdir(), "mcptb-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m,mode=700", "none", disk]);
  onTestFinished(async () => {
    execFileSync("umount", ["-l", disk]);
    await rm(disk, { recursive: true, force: true });
  });
  return disk;
}

/** To the last byte. */
async function fill(file: string): Promise<void> {
  for (let size = 65_536; size >= 1; size = Math.floor(size / 2)) {
    for (;;) {
      const filled = await writeFile(file, Buffer.alloc(size), { flag: "a" }).then(
        () => true,
        () => false,
      );
      if (!filled) break;
    }
  }
}
