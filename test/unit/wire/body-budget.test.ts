import { expect } from "vitest";
import { BodyBudget } from "../../../src/wire/body-budget.ts";
import { verifies } from "../../support/verifies.ts";

const MIB = 1_048_576;
const tooLarge = expect.objectContaining({ code: "payload_too_large" });
const full = expect.objectContaining({ code: "bodies_full" });

verifies("server.body-budget", "bodies take from it as they grow, and give all back", () => {
  const budget = new BodyBudget(100);
  const one = budget.open();
  const other = budget.open();
  one.grow(40);
  one.grow(20);
  other.grow(40);
  expect(() => other.grow(1)).toThrow(full);
  expect(budget.held).toBe(100);
  one.release();
  one.release();
  expect(budget.held).toBe(40);
  other.grow(35);
  expect(() => other.grow(1)).toThrow(tooLarge);
  other.release();
  expect(budget.held).toBe(0);
});

verifies("server.body-budget", "large bodies leave a quarter to small ones", () => {
  const budget = new BodyBudget(100 * MIB);
  const large = budget.open();
  large.grow(75 * MIB);
  expect(() => large.grow(1)).toThrow(tooLarge);
  expect(() => budget.open().grow(2 * MIB)).toThrow(full);
  for (let small = 0; small < 25; small += 1) budget.open().grow(MIB);
  expect(() => budget.open().grow(1)).toThrow(full);
  expect(budget.largest).toBe(75 * MIB);
});
