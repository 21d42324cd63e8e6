import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { expect } from "vitest";
import { changeKeys, keyFile, readKeys } from "../../../../src/control/keys/key-file.ts";
import { added, revoked } from "../../../../src/control/keys/key-list.ts";
import { KeyRing } from "../../../../src/control/keys/key-ring.ts";
import { makeSecret } from "../../../../src/control/keys/secret.ts";
import { stateDir } from "../../../support/bridge/state-dir.ts";
import { verifies } from "../../../support/verifies.ts";

const add = (file: string, name: string, made = makeSecret()): Promise<unknown> =>
  changeKeys(file, (list) => added(list, name, {}, made, 0));

verifies("control.writers", "of many changes at once none is lost", async () => {
  const file = keyFile(await stateDir());
  await Promise.all(Array.from({ length: 20 }, (_, index) => add(file, `key-${index}`)));
  expect(readKeys(file)?.keys.length).toBe(20);
});

verifies("control.writers", "a change that fails changes nothing, and the next one goes on", async () => {
  const file = keyFile(await stateDir());
  await add(file, "anna");
  const before = await readFile(file, "utf8");
  await expect(add(file, "anna")).rejects.toThrow("already");
  expect(await readFile(file, "utf8")).toBe(before);
  await add(file, "bob");
  expect(readKeys(file)?.keys.map(({ name }) => name)).toEqual(["anna", "bob"]);
});

verifies("control.writers", "the lock of a process that was killed is removed", async () => {
  const file = keyFile(await stateDir());
  await writeFile(`${file}.lock`, "");
  await Promise.all([add(file, "anna"), add(file, "bob")]);
  expect(readKeys(file)?.keys.length).toBe(2);
  await expect(stat(`${file}.lock`)).rejects.toThrow("ENOENT");
});

verifies("control.at-once", "a ring that is open sees each change", async () => {
  const file = keyFile(await stateDir());
  const ring = new KeyRing({ file, onProblem: (message) => expect.unreachable(message) });
  expect(ring.isInUse).toBe(false);
  const [anna, bob] = [makeSecret(), makeSecret()];
  await add(file, "anna", anna);
  expect(ring.isInUse).toBe(true);
  expect(ring.find(["x", anna.text])?.name).toBe("anna");
  await add(file, "bob", bob);
  expect(ring.find([bob.text])?.name).toBe("bob");
  await changeKeys(file, (list) => revoked(list, "anna"));
  expect(ring.find([anna.text])).toBeUndefined();
  await changeKeys(file, (list) => revoked(list, "bob"));
  expect(ring.isInUse).toBe(true);
});

verifies(
  "control.closed",
  "a file that is damaged, open to others or gone lets nobody in until it is mended",
  async () => {
    const file = keyFile(await stateDir());
    const made = makeSecret();
    await add(file, "anna", made);
    const good = await readFile(file, "utf8");
    const problems: string[] = [];
    const ring = new KeyRing({ file, onProblem: (message) => problems.push(message) });
    const outcome = (): unknown => {
      try {
        return ring.find([made.text])?.name;
      } catch (error) {
        return error;
      }
    };
    const unusable = expect.objectContaining({ code: "keys_unusable" }) as unknown;
    for (const text of [
      good.slice(0, -9),
      "",
      "{}",
      good.replace("anna", "an na"),
      good.replace('"version": 1', '"version": 2'),
    ]) {
      await writeFile(file, text);
      expect([text, outcome()]).toEqual([text, unusable]);
      expect(ring.isInUse).toBe(true);
      // A process that begins now is no more open.
      expect(new KeyRing({ file, onProblem: () => undefined }).isInUse).toBe(true);
      await writeFile(file, good);
      expect(outcome()).toBe("anna");
    }
    await chmod(file, 0o644);
    expect(outcome()).toEqual(unusable);
    await chmod(file, 0o600);
    expect(outcome()).toBe("anna");
    await writeFile(file, good.replace("anna", "x".repeat(9_000_000)));
    expect(outcome()).toEqual(unusable);
    expect(outcome()).toEqual(unusable);
    expect(problems.length).toBe(7);
    expect(problems.join()).not.toContain(made.digest);
  },
);
