import { mkdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { HAS_FILE, History } from "../../../../src/control/history/history.ts";
import { totalsOf, USAGE_BY } from "../../../../src/control/history/record.ts";
import { record } from "../../../support/history/record.ts";
import { stateDir } from "../../../support/bridge/state-dir.ts";
import { verifies } from "../../../support/verifies.ts";

const NOON = Date.UTC(2030, 0, 2, 12, 30);

interface Opened {
  readonly history: History;
  readonly notices: string[];
}

function open(directory: string, keepDays = 3650): Opened {
  const notices: string[] = [];
  return {
    notices,
    history: new History({ stateDir: directory, keepDays, onNotice: (message) => notices.push(message) }),
  };
}

verifies("control.history", "sums are by key, model, host and day, from the hour that was named", () => {
  const records = [
    record(),
    record({ at: NOON - 86_400_000, key: "bob", status: 502, error: "host_failed" }),
    record({ at: NOON - 3_600_000, estimated: false, model: undefined, inputTokens: undefined }),
  ];
  const names = (by: (typeof USAGE_BY)[number], since = 0): unknown[] =>
    totalsOf(records, { by, since }).map(({ name, requests }) => [name, requests]);
  expect(names("key")).toEqual([
    ["anna", 2],
    ["bob", 1],
  ]);
  expect(names("model")).toEqual([
    ["gpt", 2],
    ["", 1],
  ]);
  expect(names("day")).toEqual([
    ["2030-01-01", 1],
    ["2030-01-02", 2],
  ]);
  expect(names("host", NOON)).toEqual([["vscode", 1]]);
  expect(totalsOf(records, { by: "host", since: 0 })).toEqual([
    { name: "vscode", requests: 3, errors: 1, inputTokens: 20, outputTokens: 15, estimatedTokens: 30 },
  ]);
});

const names = fc.constantFrom(undefined, "a", "b", "'; DROP TABLE hours; --");
const records = fc.array(
  fc.record({
    at: fc.integer({ min: NOON - 200_000_000, max: NOON }),
    key: names,
    host: names,
    model: names,
    status: fc.constantFrom(200, 429, 502),
    inputTokens: fc.option(fc.nat(1000), { nil: undefined }),
    outputTokens: fc.option(fc.nat(1000), { nil: undefined }),
    estimated: fc.boolean(),
  }),
  { maxLength: 40 },
);

test.runIf(HAS_FILE)("the file and the memory count alike, also after it was opened again", async () => {
  await fc.assert(
    fc.asyncProperty(records, fc.integer({ min: 0, max: 200_000_000 }), async (all, ago) => {
      const directory = await stateDir();
      const kept = all.map((parts) => record(parts));
      const { history, notices } = open(directory);
      for (const each of kept) history.add(each);
      await history.close();
      const again = open(directory).history;
      for (const by of USAGE_BY) {
        const query = { by, since: NOON - ago };
        const byName = (totals: readonly { name: string }[]) =>
          totals.toSorted((one, other) => (one.name < other.name ? -1 : 1));
        const found = await again.totals(query);
        expect(found.kept).toBe("file");
        expect(byName(found.totals)).toEqual(byName(totalsOf(kept, query)));
      }
      await again.close();
      expect(notices).toEqual([]);
    }),
    { numRuns: 8 },
  );
});

test.runIf(HAS_FILE)("only its user can read the file, and what is too old goes", async () => {
  const directory = await stateDir();
  const { history } = open(directory, 1);
  history.add(record({ at: Date.now() - 3 * 86_400_000 }));
  history.add(record({ at: Date.now() }));
  expect((await history.totals({ by: "key", since: 0 })).totals).toMatchObject([
    { name: "anna", requests: 1 },
  ]);
  expect((await stat(path.join(directory, "history.db"))).mode & 0o777).toBe(0o600);
  await history.close();
});

verifies(
  "control.history-faults",
  "without a file that can be used it is kept in memory, and told once",
  async () => {
    const directory = await stateDir();
    await writeFile(
      path.join(directory, "history.db"),
      "this is no database, whatever its name may say".repeat(100),
    );
    const { history, notices } = open(directory);
    for (let index = 0; index < 3; index += 1) history.add(record());
    const found = await history.totals({ by: "key", since: 0 });
    expect(found).toMatchObject({ kept: "memory", totals: [{ name: "anna", requests: 3 }] });
    history.add(record());
    expect((await history.totals({ by: "key", since: 0 })).totals[0]?.requests).toBe(4);
    expect(notices).toEqual([expect.stringContaining("kept in memory")]);
    await history.close();
    const elsewhere = path.join(directory, "blocked");
    await mkdir(elsewhere);
    await writeFile(path.join(elsewhere, "file"), "");
    const blocked = open(path.join(elsewhere, "file"));
    blocked.history.add(record());
    expect((await blocked.history.totals({ by: "key", since: 0 })).kept).toBe("memory");
    expect(blocked.notices.length).toBe(1);
    await blocked.history.close();
  },
);

verifies("control.history-faults", "the memory is bounded: the newest stay", async () => {
  const directory = await stateDir();
  await writeFile(path.join(directory, "history.db"), "no database".repeat(200));
  const { history } = open(directory);
  for (let index = 0; index < 10_100; index += 1) history.add(record({ key: index < 100 ? "old" : "new" }));
  const { totals } = await history.totals({ by: "key", since: 0 });
  expect(totals).toMatchObject([{ name: "new", requests: 10_000 }]);
  await history.close();
});

verifies("control.history", "with no days nothing is kept", async () => {
  const { history } = open(await stateDir(), 0);
  history.add(record());
  expect((await history.totals({ by: "key", since: 0 })).totals).toEqual([]);
  await history.close();
});
