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

const FAULTS = [
  { code: "invalid_type", path: ["params", "messages", 0], message: "Required" },
  { code: "invalid_union", errors: [[]], path: [], message: "Invalid input" },
];

verifies("host.error-line", "a list of faults is told as one line, all of it", () => {
  const told = "params.messages.0: Required; Invalid input.";
  expect(safeLine(JSON.stringify(FAULTS, null, 2))).toBe(told);
  expect(safeLine(JSON.stringify(FAULTS))).toBe(told);
  expect(safeLine(`MCP error -32602: ${JSON.stringify(FAULTS, null, 2)}`)).toBe(`MCP error -32602: ${told}`);
  expect(safeLine('Request Failed: 400 {"error":{"message":"Too many images."}}')).toBe(
    "Request Failed: 400 Too many images.",
  );
  expect(
    safeLine(
      "2 validation errors for Request\nmessages.0\n  Field required\ntools\n  Input should be a list",
    ),
  ).toBe("2 validation errors for Request messages.0 Field required tools Input should be a list.");
  expect(safeLine("[\n  {\n  broken\n    at host (main.js:1:1)")).toBe("[ { broken.");
  expect(
    safeLine('The host failed:\n  it is /home/alice/x\nTraceback (most recent call last):\n  File "a.py"'),
  ).toBe("The host failed: it is (path).");
  for (const odd of ["[", "[]", "{}", '{"error":{"error":7}}', '[{"message":1}]', "null", "[null]"])
    expect(safeLine(odd)).toBe(`${odd}.`);
  expect(safeLine('[{"message":"m","path":[{"toString":1},"a"]}]')).toBe("a: m.");
  expect(safeLine(`[\n${'{"message": "no"},\n'.repeat(10_000)}`)).toHaveLength(301);
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
