import { expect, test } from "vitest";
import { anthropicMessages } from "../../../src/dialects/anthropic-messages/index.ts";
import type { Exchange } from "../../../src/dialects/dialect.ts";
import { openaiChat } from "../../../src/dialects/openai-chat/index.ts";
import { openaiResponses } from "../../../src/dialects/openai-responses/index.ts";
import { ANYONE } from "../../../src/turn/principal.ts";
import { requestFixtures, type RequestFixture } from "../../support/data/fixtures.ts";
import { ignoredMembers } from "../../support/bridge/ignored-members.ts";
import { verifies } from "../../support/verifies.ts";

const DIALECTS = [openaiChat, anthropicMessages, openaiResponses({ responses: 1, size: 1, ageMs: 60_000 })];

/** What clients send and no answer depends on, and why. */
const HARMLESS: Readonly<Record<string, string>> = {
  "system.*.cache_control": "advice to the vendor's cache",
  "messages.*.content.*.cache_control": "advice to the vendor's cache",
  context_management: "saves tokens of the vendor's window; the whole conversation is sent instead",
  "thinking.display": "how thinking is shown; hosts show theirs or none",
  client_metadata: "for the vendor's records",
  vl_high_resolution_images: "advice about pictures, which are sent as they are",
  "metadata.cursorConversationId": "for the vendor's records",
  "metadata.sessionId": "for the vendor's records",
  "metadata.promptId": "for the vendor's records",
  "messages.*.content.*.image_url.detail": "advice about pictures, which are sent as they are",
  "messages.*.prefix": "the answer goes on from a last message of the assistant in any case",
  "messages.*.tool_calls.*.index": "the place of a call, which is its place in the list",
  "tools.*.strict": "a promise of the vendor's decoder; arguments are checked against the schema here",
  "tools.*.tools.*.strict": "as tools.*.strict",
  "tools.*.format.type": "there is only one kind of format with a definition",
  "tools.*.external_web_access": "belongs to a tool that the vendor runs",
  "Tools that the vendor runs itself are not available.": "there is nobody to run them, and none is demanded",
  "MCP sampling has no text.verbosity.": "the usual length of answers is a trait of the vendor's models",
};

/** Threads are refused, so that the client sends all of the conversation. */
const REFUSED = "anthropic-thread";

function ignoredIn({ path, headers, body }: Pick<RequestFixture, "path" | "headers" | "body">): string[] {
  const dialect = DIALECTS.find((known) => path.startsWith(known.path));
  if (dialect === undefined) throw new Error(`No API is at ${path}.`);
  const decode = (given: unknown): Exchange => dialect.decode(given, new Headers(headers), ANYONE);
  return ignoredMembers(body, decode);
}

const FIXTURES = requestFixtures().filter(({ name }) => name !== REFUSED);

for (const fixture of FIXTURES) {
  verifies("clients.nothing-ignored", `${fixture.name}: nothing that changes an answer is ignored`, () => {
    expect(ignoredIn(fixture).filter((member) => HARMLESS[member] === undefined)).toEqual([]);
  });
}

test("whatever is called harmless is sent by some client", () => {
  const ignored = new Set(FIXTURES.flatMap(ignoredIn));
  expect(Object.keys(HARMLESS).filter((member) => !ignored.has(member))).toEqual([]);
});

test("the clients that the bridge is for are among them", () => {
  const names = FIXTURES.map(({ name }) => name).join(" ");
  for (const client of ["claude-code", "codex", "copilot-cli", "cursor", "opencode", "aider"]) {
    expect(names).toContain(client);
  }
});

const UNKNOWN = "The bridge ignored unknown members of the request: hologram.";

verifies("clients.nothing-ignored", "what is not read, in any depth, and what is only noticed, shows", () => {
  const content = [{ type: "text", text: "Hello?", tone: "kind" }];
  const body = { model: "auto", hologram: { a: 1 }, nothing: null, top_k: 4 };
  expect(
    ignoredIn({
      path: "/v1/chat/completions",
      headers: {},
      body: { ...body, messages: [{ role: "user", content }] },
    }).toSorted(),
  ).toEqual(["MCP sampling has no top_k.", UNKNOWN, "hologram.a", "messages.*.content.*.tone"]);
  expect(
    ignoredIn({
      path: "/v1/messages",
      headers: {},
      body: { ...body, max_tokens: 1, messages: [{ role: "user", content }] },
    }).toSorted(),
  ).toEqual(["MCP sampling has no top_k.", UNKNOWN, "hologram.a", "messages.*.content.*.tone"]);
  expect(
    ignoredIn({
      path: "/v1/responses",
      headers: {},
      body: { ...body, top_k: undefined, input: [{ role: "user", content }] },
    }).toSorted(),
  ).toEqual([UNKNOWN, "hologram.a", "input.*.content.*.tone"]);
});
