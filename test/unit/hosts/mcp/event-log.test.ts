import { expect, test } from "vitest";
import { EventLogs, type EventLog, type EventLimits } from "../../../../src/hosts/mcp/event-log.ts";
import { verifies } from "../../../support/verifies.ts";

/** What an entry takes beside its message. */
const OVERHEAD = 200;

const message = (length: number) => ({
  jsonrpc: "2.0" as const,
  method: "m",
  params: { t: "x".repeat(length) },
});

async function replayed(log: EventLog, after: string): Promise<string[]> {
  const ids: string[] = [];
  await log.replayEventsAfter(after, { send: async (id) => void ids.push(id) });
  return ids;
}

function logs(limits: Partial<EventLimits>): EventLogs {
  return new EventLogs({ each: 10_000, all: 30_000, ...limits });
}

verifies("own.bounded", "one host's log is bounded, and the latest is what is kept", async () => {
  const log = logs({}).open();
  for (let index = 0; index < 50; index += 1) await log.storeEvent("s", message(1000));
  expect(log.size).toBeLessThanOrEqual(10_000);
  expect(await log.getStreamIdForEventId("1")).toBeUndefined();
  expect(await replayed(log, "48")).toEqual(["49", "50"]);
});

verifies("own.bounded", "all logs together are bounded, and the longest one gives way", async () => {
  const all = logs({ each: 25_000 });
  const [long, short] = [all.open(), all.open()];
  await short.storeEvent("s", message(1000));
  for (let index = 0; index < 20; index += 1) await long.storeEvent("s", message(1000));
  for (let index = 0; index < 20; index += 1) await all.open().storeEvent("s", message(1000));
  expect(all.size).toBeLessThanOrEqual(30_000);
  expect(await short.getStreamIdForEventId("1")).toBe("s");
  const before = all.size;
  all.close(long);
  expect(all.size).toBeLessThan(before);
  expect(long.size).toBe(0);
});

verifies(
  "own.bounded",
  "what is too large keeps its place in the stream alone, and what is old is forgotten",
  async () => {
    let now = 0;
    const log = logs({ ageMs: 1000, now: () => now }).open();
    await log.storeEvent("s", message(20_000));
    expect(log.size).toBe(OVERHEAD);
    await log.storeEvent("s", message(10));
    expect(await replayed(log, "1")).toEqual(["2"]);
    now = 1000;
    await log.storeEvent("s", message(10));
    expect(await log.getStreamIdForEventId("2")).toBeUndefined();
    expect(await log.getStreamIdForEventId("3")).toBe("s");
  },
);

test("messages of other streams are not replayed", async () => {
  const log = logs({}).open();
  for (const stream of ["a", "b", "a"]) await log.storeEvent(stream, message(1));
  expect(await replayed(log, "1")).toEqual(["3"]);
});
