import { expect } from "vitest";
import { markedRun } from "../../support/processes/marked-run.ts";
import { verifies } from "../../support/verifies.ts";

verifies(
  ["server.secrets", "control.history"],
  "a marked secret and a marked prompt are nowhere but at the host and in the answer",
  async () => {
    const { found, sizes, reachedHost, statuses } = await markedRun();
    // It was a run worth looking at.
    expect(reachedHost).toBe(true);
    expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 401, 404, 502, 503]));
    expect(Object.entries(sizes).filter(([, size]) => size === 0)).toEqual([]);
    expect(Object.keys(sizes)).toEqual(
      expect.arrayContaining(["audit.jsonl", "keys.json", "usage.json", "OTLP traces"]),
    );
    expect(Object.fromEntries(Object.entries(found).filter(([, marks]) => marks.length > 0))).toEqual({});
  },
);
