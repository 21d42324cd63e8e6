import { appendFile, readFile, rm, stat, writeFile } from "node:fs/promises";
import { expect } from "vitest";
import { Audit } from "../../../../src/control/audit/audit.ts";
import { auditFile, verifyFile, writeEvent } from "../../../../src/control/audit/audit-file.ts";
import type { AuditEvent } from "../../../../src/control/audit/chain.ts";
import { stateDir } from "../../../support/bridge/state-dir.ts";
import { verifies } from "../../../support/verifies.ts";

const event = (name: string): AuditEvent => ({ event: "key-added", who: "user me", about: { name } });

verifies(
  "control.audit",
  "lines of several writers at once are one chain, in a file of its user",
  async () => {
    const file = auditFile(await stateDir());
    expect(await verifyFile(file)).toBeUndefined();
    await Promise.all(Array.from({ length: 12 }, (_, index) => writeEvent(file, event(`key-${index}`))));
    expect(await verifyFile(file)).toMatchObject([{ head: { n: 12 } }]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  },
);

verifies(
  "control.audit",
  "what was taken from the file is found, also after it was gone on with",
  async () => {
    const file = auditFile(await stateDir());
    for (const name of ["a", "b", "c"]) await writeEvent(file, event(name));
    const [verdict] = (await verifyFile(file)) ?? [];
    if (verdict === undefined || !("head" in verdict)) throw new Error("It is broken.");
    const whole = await readFile(file, "utf8");
    const lines = whole.trimEnd().split("\n");
    const problemWith = async (text: string): Promise<unknown> => {
      await writeFile(file, text);
      return (await verifyFile(file))?.find((found) => "problem" in found);
    };
    expect(await problemWith(`${lines.slice(0, 2).join("\n")}\n`)).toMatchObject({ line: 3 });
    expect(await problemWith(whole.replace('"b"', '"x"'))).toMatchObject({ line: 3 });
    expect(await problemWith(whole.slice(0, -20))).toMatchObject({ line: 3 });
    await writeEvent(file, event("d"));
    expect((await verifyFile(file))?.[0]).toMatchObject({ line: 3 });
    await rm(file);
    expect((await verifyFile(file))?.[0]).toMatchObject({ line: 1 });
    await writeEvent(file, event("e"));
    expect((await verifyFile(file))?.[0]).toMatchObject({ line: 1 });
    await rm(file);
    await rm(`${file}.head`);
    await writeEvent(file, event("f"));
    expect(await verifyFile(file)).toMatchObject([{ head: { n: 1 } }]);
    expect(await verifyFile(file, verdict.head)).toMatchObject([{ head: { n: 1 } }, { line: 2 }]);
  },
);

verifies(
  "control.audit",
  "however many are refused, a kind is one line and one with their number",
  async () => {
    const directory = await stateDir();
    const problems: string[] = [];
    const audit = new Audit({
      stateDir: directory,
      isWanted: () => true,
      onWritten: () => undefined,
      onProblem: (message) => problems.push(message),
    });
    for (let time = 0; time < 500; time += 1) audit.refused("unauthorized", "nobody known");
    audit.refused("key_rate_limited", "anna");
    await audit.close();
    const lines = (await readFile(auditFile(directory), "utf8")).trimEnd().split("\n");
    const told = lines.map((line) => JSON.parse(line) as { who: string; about: object });
    expect(told.map(({ who, about }) => [who, about])).toEqual([
      ["nobody known", { code: "unauthorized" }],
      ["anna", { code: "key_rate_limited" }],
      ["nobody known", { code: "unauthorized", times: 499 }],
    ]);
    expect(problems).toEqual([]);
    await appendFile(auditFile(directory), "x".repeat(200_000));
    expect((await verifyFile(auditFile(directory)))?.[0]).toMatchObject({ line: 4 });
  },
);
