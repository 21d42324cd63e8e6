import { expect, test } from "vitest";
import { renderTools } from "../../../../src/polyfill/tools/render.ts";
import type { Message } from "../../../../src/turn/message.ts";
import type { TurnRequest } from "../../../../src/turn/request.ts";
import { eventsOf, gather } from "../../../support/events.ts";
import { turnRequest } from "../../../support/turn-request.ts";
import { verifies } from "../../../support/verifies.ts";

async function rendered(request: TurnRequest): Promise<TurnRequest> {
  let seen: TurnRequest | undefined;
  const run = renderTools((given) => {
    seen = given;
    return eventsOf([]);
  });
  await gather(run(request, new AbortController().signal));
  if (seen === undefined) throw new Error("The host was not asked.");
  return seen;
}

const image = { type: "image", mimeType: "image/png", data: "eA==" } as const;

const history: Message[] = [
  { role: "user", parts: [{ type: "text", text: "What is in a.png, and the weather?" }] },
  {
    role: "assistant",
    parts: [
      { type: "text", text: "I look." },
      { type: "tool-call", id: "c1", name: "read", input: '{"file":"a.png"}' },
      { type: "tool-call", id: "c2", name: "weather", input: "{}" },
    ],
  },
  {
    role: "user",
    parts: [
      {
        type: "tool-result",
        callId: "c1",
        content: [{ type: "text", text: "a cat" }, image],
        isError: false,
      },
      { type: "tool-result", callId: "c2", content: [{ type: "text", text: "no network" }], isError: true },
      { type: "tool-result", callId: "c3", content: [], isError: false },
      { type: "text", text: "Go on." },
    ],
  },
];

verifies("turn.tool-history", "calls and results become text where they stood, and images stay", async () => {
  const { messages } = await rendered(turnRequest({ messages: history }));
  expect(messages).toEqual([
    history[0],
    {
      role: "assistant",
      parts: [
        { type: "text", text: "I look." },
        { type: "text", text: '[Call c1 of the tool read with the input {"file":"a.png"}]' },
        { type: "text", text: "[Call c2 of the tool weather with the input {}]" },
      ],
    },
    {
      role: "user",
      parts: [
        { type: "text", text: "[Result of the call c1 of the tool read:]" },
        { type: "text", text: "a cat" },
        image,
        { type: "text", text: "[End of the call c1 of the tool read]" },
        { type: "text", text: "[Error of the call c2 of the tool weather:]" },
        { type: "text", text: "no network" },
        { type: "text", text: "[End of the call c2 of the tool weather]" },
        { type: "text", text: "[The call c3 succeeded without a result]" },
        { type: "text", text: "Go on." },
      ],
    },
  ]);
});

test("the same history gives the same text, and the request of the client is left as it was", async () => {
  const request = turnRequest({ messages: history });
  const before = structuredClone(request);
  expect(await rendered(request)).toEqual(await rendered(request));
  expect(request).toEqual(before);
});

test("the host is given no tools", async () => {
  const request = turnRequest({
    messages: history,
    tools: [{ name: "read", inputSchema: { type: "object" } }],
    toolChoice: { type: "tool", name: "read" },
  });
  expect(await rendered(request)).toMatchObject({ tools: [], toolChoice: { type: "auto" } });
});
