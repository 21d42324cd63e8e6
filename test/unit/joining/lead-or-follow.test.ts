/** The loop of a process that does not get its port, with a bridge that the test controls. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pino } from "pino";
import { expect, onTestFinished } from "vitest";
import type { Lending } from "../../../src/bridge/lenders.ts";
import { Backoff } from "../../../src/util/backoff.ts";
import { leadOrFollow } from "../../../src/joining/lead-or-follow.ts";
import { leaderFile, readLeader, writeLeader, type Leader } from "../../../src/joining/leader-file.ts";
import { rivalsOf } from "../../../src/joining/rivals.ts";
import type { RelayAddress } from "../../../src/hosts/relay/connect.ts";
import { RelayRefused } from "../../../src/hosts/relay/greeting.ts";
import { Gate } from "../../support/streams/gate.ts";
import { verifies } from "../../support/verifies.ts";

/** Nobody listens there, so nobody has to answer who holds it. */
const PORT = 9;
const ENTRY: Leader = { pid: 1, url: `http://127.0.0.1:${PORT}`, secret: "s".repeat(43), keys: "" };

const PATIENT = { timeout: 15_000 };

interface Follower {
  readonly lent: readonly { readonly at: number; readonly url: string }[];
  readonly waits: readonly string[];
  /** Settles when it has asked so many times to lend. */
  readonly times: (count: number) => Promise<void>;
  readonly free: () => void;
  readonly led: Promise<() => Promise<void>>;
}

/** A process that finds its port taken; `lend` is what its leader does. */
async function follower(
  directory: string,
  lend: (address: RelayAddress) => Promise<Lending>,
  host = "127.0.0.1",
): Promise<Follower> {
  const lent: { at: number; url: string }[] = [];
  const waits: string[] = [];
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  let taken = true;
  let wake: (() => void) | undefined;
  const bridge = {
    start: () =>
      taken ? Promise.reject(Object.assign(new Error("taken"), { code: "EADDRINUSE" })) : Promise.resolve(),
    lend(address: RelayAddress) {
      lent.push({ at: performance.now(), url: address.url });
      wake?.();
      return lend(address);
    },
    setUnavailable: (reason: string) => void waits.push(reason),
  };
  const led = leadOrFollow(bridge, {
    config: { host, port: PORT, apiKey: [], stateDir: directory },
    secret: "t".repeat(43),
    log: pino({ level: "silent" }),
    signal: ending.signal,
  });
  led.catch(() => undefined);
  return {
    lent,
    waits,
    led,
    free() {
      taken = false;
    },
    async times(count) {
      while (lent.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

async function stateDirectory(): Promise<string> {
  const parent = await mkdtemp(path.join(tmpdir(), "mcptb-follow-"));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  return path.join(parent, "state");
}

const file = (directory: string, address?: string): string => leaderFile(directory, PORT, address);

verifies(
  "relay.back-off",
  "a leader that ends every relay at once, or refuses it, is asked less and less often",
  async () => {
    const ways: readonly (() => Promise<Lending>)[] = [
      () => Promise.resolve({ closed: Promise.resolve() }),
      () => Promise.reject(new RelayRefused("No.")),
    ];
    for (const way of ways) {
      const directory = await stateDirectory();
      await writeLeader(file(directory), ENTRY);
      const { lent, times } = await follower(directory, way);
      await times(7);
      const waits = lent.slice(1).map(({ at }, index) => at - (lent[index]?.at ?? 0));
      for (const [index, wait] of waits.entries()) expect(wait).toBeGreaterThanOrEqual(12 * 2 ** index);
    }
  },
);

verifies("relay.back-off", "waits double up to their bound, and differ", () => {
  const backoff = new Backoff(25);
  const waits = Array.from({ length: 40 }, () => backoff.failed());
  for (const [index, wait] of waits.entries()) {
    const full = Math.min(25 * 2 ** index, 30_000);
    expect(wait).toBeGreaterThanOrEqual(full / 2);
    expect(wait).toBeLessThanOrEqual(full);
  }
  expect(new Set(waits.slice(20)).size).toBeGreaterThan(10);
  backoff.reset();
  expect(backoff.failed()).toBeLessThanOrEqual(25);
});

verifies(
  "relay.takeover",
  "another leader is joined at once, however often the last one failed",
  async () => {
    const directory = await stateDirectory();
    await writeLeader(file(directory), ENTRY);
    const { lent, times, free, led } = await follower(directory, () =>
      Promise.reject(new RelayRefused("No.")),
    );
    await times(8);
    const before = lent.length;
    await writeLeader(file(directory), { ...ENTRY, secret: "u".repeat(43) });
    await times(before + 3);
    free();
    await (
      await led
    )();
  },
);

verifies(
  "relay.stranger",
  "a file with a foreign address is said to be none of ours, and the process goes on",
  async () => {
    const urls = [
      "file:///etc/passwd",
      "http://evil.example:9",
      "https://127.0.0.1:9",
      "http://127.0.0.1:10",
      "http://user:password@127.0.0.1:9",
      "ws://127.0.0.1:9",
      "javascript:alert(1)",
      "x",
    ];
    for (const url of urls) {
      const directory = await stateDirectory();
      await writeLeader(file(directory), ENTRY);
      await writeFile(file(directory), JSON.stringify({ ...ENTRY, url }), { mode: 0o600 });
      const { lent, waits, free, led } = await follower(directory, () => Promise.reject(new Error("asked")));
      await expect
        .poll(() => waits.at(-1) ?? "", PATIENT)
        .toContain("does not have the format that the bridge writes");
      expect(lent).toEqual([]);
      free();
      await (
        await led
      )();
      // It leads now, and has left no file.
      expect(await readLeader(file(directory))).toBeUndefined();
    }
  },
);

verifies(
  "relay.one-address",
  "two addresses on one port have a leader each, and one that listens on all is found",
  async () => {
    const directory = await stateDirectory();
    const gate = new Gate();
    onTestFinished(() => gate.open());
    const lend = (): Promise<Lending> => Promise.resolve({ closed: gate.pass() });
    await writeLeader(file(directory, "::1"), { ...ENTRY, url: `http://[::1]:${PORT}` });
    const v4 = await follower(directory, lend);
    const v6 = await follower(directory, lend, "::1");
    await v6.times(1);
    expect(v6.lent[0]?.url).toBe(`http://[::1]:${PORT}`);
    await expect.poll(() => v4.waits.at(-1) ?? "", PATIENT).toContain("It has no file");
    await writeLeader(file(directory, "0.0.0.0"), ENTRY);
    await v4.times(1);
    expect(v4.lent[0]?.url).toBe(`http://127.0.0.1:${PORT}`);
    expect(
      new Set(["127.0.0.1", "::1", "::", "0.0.0.0"].map((address) => file(directory, address))).size,
    ).toBe(4);
    expect(rivalsOf("127.0.0.1")).toEqual(["127.0.0.1", "::", "0.0.0.0"]);
    expect(rivalsOf("::1")).toEqual(["::1", "::"]);
    expect(rivalsOf("::")).toEqual(expect.arrayContaining(["::", "0.0.0.0", "127.0.0.1"]));
  },
);
