import type { JsonObject, Script } from "../../support/hosts/sampling-call.ts";
import { fail } from "../../support/hosts/scripts.ts";
import { chat, checkReply, messages, responses, send, type HostileBody, type LimitCase } from "../case.ts";

/** What conversations hold in numbers: reminders behind a refusal, tools and their names. */
const REFUSED: Script = fail(-1, "User rejected sampling request");

const DENIED = { status: [400, 403], body: /consent_denied|denied|refused/ } as const;

/** The user's words in each API; what was refused is looked for among them. */
const asked: readonly ((words: string) => HostileBody)[] = [
  (words) => chat({ messages: [{ role: "user", content: words }] }),
  (words) => messages({ messages: [{ role: "user", content: words }] }),
  (words) => responses({ input: words }),
];

const REMINDERS: readonly (readonly [string, string])[] = [
  ["that open", "<system-reminder>"],
  ["that close", "</system-reminder>"],
  ["that open and close", "<system-reminder>a</system-reminder>"],
  ["that nearly open", "<system-reminder"],
];

const tool = (name: string): JsonObject => ({ type: "function", function: { name, parameters: {} } });
const names = (count: number, name: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => name(index));

/** The text of an answer that calls tools by these names. */
const calling =
  (make: (size: number) => readonly string[]) =>
  (size: number): Script =>
  (call) => {
    const calls = make(size).map(
      (name) => `<tool_call>${JSON.stringify({ name, arguments: {} })}</tool_call>`,
    );
    call.answer(calls.join("\n"));
  };

export const cases: readonly LimitCase[] = [
  ...REMINDERS.map(([kind, tag]): LimitCase => ({
    name: `reminders ${kind}, after a refusal`,
    size: 20_000,
    script: () => REFUSED,
    async act({ url }, size) {
      for (const body of asked) {
        checkReply(await send(url, body(`May I?${tag.repeat(size)}`)), DENIED);
        checkReply(await send(url, body(`May I?${tag.repeat(size + 1)}`)), DENIED);
      }
    },
  })),
  ...[
    (size: number) => chat({ tools: names(size, (index) => `f${index}`).map(tool) }),
    (size: number) =>
      messages({
        tools: names(size, (index) => `f${index}`).map((name) => ({
          name,
          input_schema: { type: "object" },
        })),
      }),
    (size: number) =>
      responses({ tools: names(size, (index) => `f${index}`).map((name) => ({ type: "function", name })) }),
  ].flatMap((request, index): LimitCase[] =>
    (["text", "native"] as const).map((host) => ({
      name: `sixty thousand tools, in API ${index + 1} of 3, at a host of the kind ${host}`,
      host,
      size: 60_000,
      request,
      comes: { status: [200, 400] },
    })),
  ),
  {
    name: "as many tools as may be, and calls of names that are near to all of them",
    size: 4000,
    request: (size) => chat({ tools: names(size, (index) => `${"tool".repeat(10)}${index}`).map(tool) }),
    script: calling((size) => names(size, (index) => `${"tool".repeat(10)}x${index}y`)),
    comes: { status: [200, 502] },
  },
  {
    name: "names of tools without end, and a call of one that is near",
    size: 100_000,
    request: (size) => chat({ tools: [tool("Read"), tool("a".repeat(64)), tool("b".repeat(size))] }),
    script: calling((size) => [`${"b".repeat(size)}c`, "a".repeat(size)]),
    comes: { status: [200, 400, 502] },
  },
  {
    name: "names of tools that only differ in punctuation",
    size: 4000,
    request: (size) =>
      chat({
        tools: names(
          Math.min(size, 4000),
          (index) => `a${"_".repeat(index % 60)}b${"-".repeat(index / 60)}`,
        ).map(tool),
      }),
    script: calling((size) => names(size, () => "a.b")),
    comes: { status: [200, 400, 502] },
  },
];
