import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import { Budgets } from "../../../../src/control/limits/budgets.ts";
import type { Limits, NamedKey } from "../../../../src/turn/principal.ts";
import { SteadyClock } from "../../../../src/util/steady-clock.ts";
import { stateDir } from "../../../support/bridge/state-dir.ts";
import { verifies } from "../../../support/verifies.ts";

const named = (limits: Limits): NamedKey => ({ id: "1", name: "anna", scope: {}, limits });

/** A clock whose two hands a test moves. */
function hands(wall = 1_000_000) {
  const at = { wall, own: 0 };
  return {
    at,
    clock: (): SteadyClock =>
      new SteadyClock(
        () => at.wall,
        () => at.own,
      ),
  };
}

const open = (directory: string, clock: SteadyClock, problems: string[] = []): Budgets =>
  new Budgets({ stateDir: directory, onProblem: (message) => problems.push(message), clock });

const DAILY = named({ requestsPerDay: 3 });
const ONE = { requests: 1, tokens: 10 };
const left = (budgets: Budgets): number | undefined => budgets.ratesOf(DAILY)[0]?.left;

verifies("control.durable", "what was used outlasts a restart, and a clock set back by a year", async () => {
  const directory = await stateDir();
  const { at, clock } = hands(40_000_000_000);
  const first = open(directory, clock());
  first.reserve(DAILY, ONE);
  first.reserve(DAILY, ONE).settle({ requests: 0, tokens: 0 });
  expect(left(first)).toBe(2);
  await first.close();
  at.wall -= 31_536_000_000;
  const second = open(directory, clock());
  expect(left(second)).toBe(2);
  second.reserve(DAILY, ONE);
  second.reserve(DAILY, ONE);
  expect(() => second.reserve(DAILY, ONE)).toThrow(
    "may use 3 requests a day; 0 are left. They renew in 24 hours",
  );
  at.wall -= 1_000_000_000;
  at.own += 86_399_999;
  expect(left(second)).toBe(0);
  at.own += 1;
  expect(left(second)).toBe(3);
});

verifies("control.durable", "a machine that slept has lost no time", async () => {
  const { at, clock } = hands();
  const budgets = open(await stateDir(), clock());
  budgets.reserve(DAILY, ONE);
  at.wall += 86_400_000;
  expect(left(budgets)).toBe(3);
});

verifies("control.durable", "two processes see what the other has used", async () => {
  const directory = await stateDir();
  const { clock } = hands();
  const [one, other] = [open(directory, clock()), open(directory, clock())];
  one.reserve(DAILY, ONE);
  other.reserve(DAILY, ONE);
  await Promise.all([one.close(), other.close()]);
  expect([left(one), left(other)]).toEqual([1, 1]);
  await rm(path.join(directory, "usage.json"));
  expect(left(one)).toBe(1);
});

verifies(
  "control.durable",
  "a damaged file lets no key with limits in, and is not written over",
  async () => {
    const directory = await stateDir();
    const file = path.join(directory, "usage.json");
    await writeFile(file, "{", { mode: 0o600 });
    const problems: string[] = [];
    const budgets = open(directory, hands().clock(), problems);
    const closed = expect.objectContaining({ code: "keys_unusable" }) as Error;
    expect(() => budgets.reserve(DAILY, ONE)).toThrow(closed);
    expect(() => budgets.ratesOf(DAILY)).toThrow(closed);
    budgets.reserve(named({}), ONE);
    await budgets.close();
    expect(await readFile(file, "utf8")).toBe("{");
    expect(problems).toEqual([expect.stringContaining("does not have the format that the bridge writes")]);
    await rm(file);
    budgets.reserve(DAILY, ONE);
    await budgets.close();
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ keys: { 1: { day: { requests: 2 } } } });
  },
);

verifies("control.told", "a request that never fits is told so, and not when to come again", async () => {
  const budgets = open(await stateDir(), hands().clock());
  const key = named({ tokensPerMinute: 100, tokensPerDay: 150 });
  const refused = (tokens: number): unknown => {
    try {
      budgets.reserve(key, { requests: 1, tokens });
      return undefined;
    } catch (error) {
      return error;
    }
  };
  expect(refused(101)).toMatchObject({
    code: "key_quota_exhausted",
    retryAfter: undefined,
    message: expect.stringContaining("Ask for fewer tokens") as string,
  });
  expect(refused(60)).toBeUndefined();
  expect(refused(60)).toMatchObject({ code: "key_rate_limited", retryable: true, retryAfter: 60 });
  expect(refused(95)).toMatchObject({ code: "key_quota_exhausted", retryable: false, retryAfter: 86_400 });
});

verifies("control.exact", "what is reserved while the file is written counts once", async () => {
  const budgets = open(await stateDir(), hands().clock());
  const key = named({ requestsPerDay: 1_000_000 });
  let reserved = 0;
  for (let time = 0; time < 10; time += 1) {
    budgets.reserve(key, ONE);
    reserved += 1;
    const closing = budgets.close().then(() => "closed");
    const step = (): Promise<string> => new Promise((resolve) => setImmediate(resolve, "step"));
    // Between all steps of the writing.
    while ((await Promise.race([closing, step()])) === "step") {
      budgets.reserve(key, ONE);
      reserved += 1;
    }
    expect(budgets.ratesOf(key)[0]?.left).toBe(1_000_000 - reserved);
  }
});
