import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import { LineSplitter } from "../../../../src/hosts/mcp/lines.ts";
import { verifies } from "../../../support/verifies.ts";

function split(chunks: readonly Buffer[], maxBytes = 1_000_000): { lines: string[]; dropped: string[] } {
  const lines: string[] = [];
  const dropped: string[] = [];
  const splitter = new LineSplitter(maxBytes, {
    onLine: (line) => lines.push(line),
    onDropped: (ends) => dropped.push(ends),
  });
  for (const chunk of chunks) splitter.push(chunk);
  return { lines, dropped };
}

function cut(bytes: Buffer, points: readonly number[]): Buffer[] {
  const sorted = [...new Set(points.map((point) => point % (bytes.length + 1)))].toSorted((a, b) => a - b);
  return [0, ...sorted].map((from, index) => bytes.subarray(from, sorted[index] ?? bytes.length));
}

verifies("host.tolerant-stdin", "cuts any bytes into the same lines however they are chunked", () => {
  const line = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\n", ""));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat()), (lines, points) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(""));
      expect(split(cut(bytes, points)).lines).toEqual(lines);
    }),
  );
});

test("keeps what has no end yet", () => {
  expect(split([Buffer.from("one\ntw"), Buffer.from("o\nthree")]).lines).toEqual(["one", "two"]);
});

test("drops a line above the limit, tells its ends and goes on", () => {
  const long = `{"head":1,${"x".repeat(5000)},"tail":1}`;
  const chunks = cut(Buffer.from(`before\n${long}\nafter\n`), [1000, 2000, 5000]);
  const { lines, dropped } = split(chunks, 1000);
  expect(lines).toEqual(["before", "after"]);
  expect(dropped).toHaveLength(1);
  expect(dropped[0]).toMatch(/^\{"head":1,/);
  expect(dropped[0]).toMatch(/"tail":1\}$/);
});

test("a line of exactly the limit passes", () => {
  expect(split([Buffer.from("12345\n123456\n")], 5)).toEqual({
    lines: ["12345"],
    dropped: ["123456\n123456"],
  });
});

verifies("host.linear-reading", "copies each byte of a long line once", () => {
  const bytes = Buffer.alloc(4_000_000, "x");
  const concat = vi.spyOn(Buffer, "concat");
  const chunks = Array.from({ length: 4000 }, (_, index) => bytes.subarray(index * 1000, (index + 1) * 1000));
  const { lines } = split([...chunks, Buffer.from("\n")], 8_000_000);
  const copied = concat.mock.results.reduce((sum, { value }) => sum + (value as Buffer).length, 0);
  concat.mockRestore();
  expect(lines[0]).toHaveLength(4_000_000);
  expect(copied).toBeLessThanOrEqual(4_000_000);
});
