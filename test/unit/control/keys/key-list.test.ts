import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  added,
  APIS,
  KeyIndex,
  keyList,
  type KeyList,
  NO_KEYS,
  revoked,
  rotated,
} from "../../../../src/control/keys/key-list.ts";
import { idIn, makeSecret } from "../../../../src/control/keys/secret.ts";
import { verifies } from "../../../support/verifies.ts";

const found = (list: KeyList, text: string, now = 0): string | undefined => {
  const key = new KeyIndex(list).find(text, now);
  return key && (key.problem ?? key.key.name);
};

test("a key can be bound to each of the APIs", () => {
  const folder = path.resolve(import.meta.dirname, "../../../../src/dialects");
  const dialects = readdirSync(folder).filter((name) => existsSync(path.join(folder, name, "index.ts")));
  expect([...APIS].sort()).toEqual(dialects.sort());
});

test("a name is taken once, and a key that is not there cannot be changed", () => {
  const list = added(NO_KEYS, "anna", {}, makeSecret(), 0);
  expect(() => added(list, "anna", {}, makeSecret(), 0)).toThrow("A key named anna exists already");
  for (const name of ["", "a b", "-a", "a\n", "ä", "a".repeat(41)]) {
    expect(() => added(list, name, {}, makeSecret(), 0)).toThrow("A key's name begins");
  }
  expect(() => revoked(list, "bob")).toThrow("There is no key named bob. Keys: anna");
  expect(() => rotated(NO_KEYS, "bob", makeSecret(), 0, 0)).toThrow("No keys exist");
});

verifies("control.once", "nothing of the secret is kept, and only the whole secret finds the key", () => {
  const made = makeSecret();
  const list = added(NO_KEYS, "anna", {}, made, 0);
  const random = made.text.slice(-43);
  expect(JSON.stringify(list)).not.toContain(random);
  expect(found(list, made.text)).toBe("anna");
  const others = [
    made.id,
    `mcptb_${made.id}_`,
    `${made.text} `,
    made.text.toUpperCase(),
    `mcptb_${made.id}_${made.digest}`,
  ];
  for (const text of others) expect([text, found(list, text)]).toEqual([text, undefined]);
  expect(idIn(made.text)).toBe(made.id);
});

verifies("control.scope", "a key is valid until it expires", () => {
  const made = makeSecret();
  const list = added(NO_KEYS, "anna", { expires: 1000 }, made, 0);
  expect(found(list, made.text, 999)).toBe("anna");
  expect(found(list, made.text, 1000)).toBe("expired");
});

/** What a person may do with keys, and the time that passes. */
const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant("add" as const), name: fc.constantFrom("a", "b", "c"), ms: fc.nat(100) }),
    fc.record({ do: fc.constant("rotate" as const), name: fc.constantFrom("a", "b", "c"), ms: fc.nat(100) }),
    fc.record({ do: fc.constant("revoke" as const), name: fc.constantFrom("a", "b", "c"), ms: fc.nat(100) }),
    fc.record({ do: fc.constant("wait" as const), name: fc.constant(""), ms: fc.nat(200) }),
  ),
  { maxLength: 25 },
);

verifies("control.at-once", "whatever is done, exactly the secrets that should be valid are", () => {
  fc.assert(
    fc.property(steps, (all) => {
      let list: KeyList = NO_KEYS;
      let now = 0;
      /** Every secret that there ever was, and until when it is valid. */
      const secrets: { name: string; text: string; until: number }[] = [];
      const isThere = (name: string): boolean =>
        secrets.some((secret) => secret.name === name && secret.until === Infinity);
      for (const step of all) {
        const made = makeSecret();
        const own = secrets.filter(({ name }) => name === step.name);
        if (step.do === "wait") now += step.ms;
        if (step.do === "add" && !isThere(step.name)) {
          list = added(list, step.name, {}, made, now);
          secrets.push({ name: step.name, text: made.text, until: Infinity });
        }
        if (step.do === "rotate" && isThere(step.name)) {
          list = rotated(list, step.name, made, now, step.ms);
          for (const secret of own) secret.until = Math.min(secret.until, now + step.ms);
          secrets.push({ name: step.name, text: made.text, until: Infinity });
        }
        if (step.do === "revoke" && isThere(step.name)) {
          list = revoked(list, step.name);
          for (const secret of own) secret.until = Math.min(secret.until, now);
        }
        expect(keyList.parse(JSON.parse(JSON.stringify(list)))).toEqual(list);
        for (const { name, text, until } of secrets) {
          expect(found(list, text, now) === name).toBe(now < until);
        }
      }
    }),
    { numRuns: 60 },
  );
});
