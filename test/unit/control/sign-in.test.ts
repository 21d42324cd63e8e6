import { expect, test } from "vitest";
import { SignIn } from "../../../src/control/sign-in.ts";
import { ANYONE } from "../../../src/turn/principal.ts";
import { verifies } from "../../support/verifies.ts";

const SOMEBODY = { ...ANYONE, key: "one", operator: true };

verifies("control.sign-in", "tokens and sessions have an age", () => {
  let now = 0;
  const signIn = new SignIn(() => now);
  const { token, seconds } = signIn.token(SOMEBODY);
  const { cookie, page, seconds: lasts } = signIn.open(SOMEBODY);
  now = seconds * 1000;
  expect(signIn.redeem(token)).toBe(undefined);
  now = lasts * 1000 - 1;
  expect(signIn.find(cookie, page)).toBe(SOMEBODY);
  now += 1;
  expect(signIn.find(cookie, page)).toBe(undefined);
});

verifies("control.sign-in", "and a number: the oldest go", () => {
  const signIn = new SignIn(() => 0);
  const first = signIn.open(SOMEBODY);
  const others = Array.from({ length: 60 }, () => signIn.open(SOMEBODY));
  expect(signIn.find(first.cookie, first.page)).toBe(undefined);
  expect(others.filter(({ cookie, page }) => signIn.find(cookie, page) !== undefined).length).toBe(50);
  const tokens = Array.from({ length: 30 }, () => signIn.token(SOMEBODY).token);
  expect(tokens.filter((token) => signIn.redeem(token) !== undefined).length).toBe(20);
});

test("nothing of a secret is kept", () => {
  const signIn = new SignIn();
  const { token } = signIn.token(SOMEBODY);
  const { cookie, page } = signIn.open(SOMEBODY);
  const seen = (value: unknown): string =>
    JSON.stringify(value, (_, member: unknown) => (member instanceof Map ? [...member] : member));
  for (const secret of [token, cookie, page]) expect(seen(signIn)).not.toContain(secret);
});
