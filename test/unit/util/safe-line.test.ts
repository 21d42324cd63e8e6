import * as fc from "fast-check";
import { expect, test } from "vitest";
import { safeLine, safeName } from "../../../src/util/safe-line.ts";
import { verifies } from "../../support/verifies.ts";

const STACK = `Unknown error: Error: The model is asleep
    at t.provide (vscode-file://vscode-app/opt/code/out/main.js:1:2)
    at /home/alice/.vscode/extensions/x/dist/extension.js:3:4`;

verifies("host.error-line", "only the first line is kept, without wrapper and stack", () => {
  expect(safeLine(STACK)).toBe("The model is asleep.");
  expect(safeLine("one\r\ntwo")).toBe("one.");
  expect(safeLine("\n\n  one\n")).toBe("one.");
  expect(safeLine("")).toBe("no reason given.");
  expect(safeLine("Is that all?")).toBe("Is that all?");
});

verifies("host.error-line", "paths, addresses and keys are taken out", () => {
  const cases: [string, string][] = [
    ["cannot open /home/alice/notes.txt", "cannot open (path)."],
    ["cannot open ~/notes/a.txt now", "cannot open (path) now."],
    ["cannot open C:\\Users\\alice\\notes.txt", "cannot open (path)."],
    ["cannot open \\\\server\\share\\x", "cannot open (path)."],
    ["see https://internal.example/x?key=1 please", "see (address) please."],
    ["at vscode-file://vscode-app/x", "at (address)."],
    ["Incorrect API key: sk-proj-abcdefghij0123456789", "Incorrect API key: (key)."],
    ["sent Bearer abc.def", "sent (key)."],
    ["a\u0007b\u001B[31m", "a b [31m."],
  ];
  for (const [text, expected] of cases) expect(safeLine(text)).toBe(expected);
});

test("words with slashes stay", () => {
  for (const text of ["input/output error.", "model copilot/gpt-5 and/or a/b/c is gone.", "10/12/2026: no."])
    expect(safeLine(text)).toBe(text);
});

test("is one line of bounded length, whatever comes", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 400, size: "max" }), fc.nat(2), (text, shift) => {
      const line = safeLine(`${"x".repeat(shift)}${"👩".repeat(shift)}${text}`);
      expect([...line.matchAll(/./gsu)].length).toBeLessThanOrEqual(301);
      expect(line).not.toMatch(/\p{Cc}/u);
      expect(line).not.toBe("");
    }),
  );
});

test("a long text is cut between characters", () => {
  const line = safeLine(`x${"👩".repeat(400)}`);
  expect(line).toBe(`x${"👩".repeat(299)}…`);
});

test("names are short and clean", () => {
  expect(safeName("Visual Studio Code")).toBe("Visual Studio Code");
  expect(safeName(" a\nb ")).toBe("a b");
  expect(safeName("")).toBe("unnamed");
  expect(safeName("👩".repeat(100))).toBe("👩".repeat(60));
});
