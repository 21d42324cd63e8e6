import fc from "fast-check";
import { expect } from "vitest";
import {
  type AuditHead,
  BEGINNING,
  EVENTS,
  headAfter,
  lineOf,
  type Verdict,
  Verifier,
} from "../../../../src/control/audit/chain.ts";
import { verifies } from "../../../support/verifies.ts";

const events = fc.array(
  fc.record({
    event: fc.constantFrom(...EVENTS),
    who: fc.string(),
    about: fc.dictionary(fc.string(), fc.oneof(fc.string({ unit: "binary" }), fc.nat())),
  }),
  { minLength: 1, maxLength: 12 },
);

function written(all: readonly Parameters<typeof lineOf>[0][]): { lines: string[]; head: AuditHead } {
  let head = BEGINNING;
  const lines = all.map((event, index) => {
    const line = lineOf(event, head, new Date(index * 1000));
    head = headAfter(line, index + 1);
    return line;
  });
  return { lines, head };
}

function verdictOf(lines: readonly string[], known?: AuditHead): Verdict {
  const verifier = new Verifier(known);
  for (const line of lines) verifier.add(line);
  return verifier.verdict();
}

verifies("control.audit", "what was written is unbroken, and each event is one line", () => {
  fc.assert(
    fc.property(events, (all) => {
      const { lines, head } = written(all);
      expect(lines.join("\n").split("\n").length).toBe(all.length);
      expect(verdictOf(lines, head)).toMatchObject({ head });
      expect(verdictOf(lines)).toMatchObject({ head });
    }),
  );
});

verifies("control.audit", "a line that was edited, removed, doubled, moved or cut is found", () => {
  fc.assert(
    fc.property(events, fc.nat(), fc.nat(), fc.nat(), (all, which, where, how) => {
      const { lines, head } = written(all);
      const at = which % lines.length;
      const line = lines[at] ?? "";
      const place = where % line.length;
      const changed = [
        () =>
          lines.with(at, `${line.slice(0, place)}${line[place] === "x" ? "y" : "x"}${line.slice(place + 1)}`),
        () => lines.with(at, line.slice(0, place)),
        () => lines.toSpliced(at, 1),
        () => lines.toSpliced(at, 0, line),
        () => lines.slice(0, at),
        () => [...lines.slice(0, at), ...lines.slice(at).toReversed()],
      ][how % 6];
      const result = changed?.() ?? lines;
      fc.pre(result.join("\n") !== lines.join("\n"));
      const verdict = verdictOf(result, head);
      expect(verdict).toHaveProperty("problem");
      // The line that is told is there, or is the one that is missing.
      expect("line" in verdict && verdict.line).toBeLessThanOrEqual(lines.length + 1);
    }),
    { numRuns: 300 },
  );
});
