import { expect } from "vitest";
import { decode, type DecodedResponses } from "../../../../src/dialects/openai-responses/decode.ts";
import { error } from "../../../../src/dialects/openai-responses/error.ts";
import { ResponseStore } from "../../../../src/dialects/openai-responses/store.ts";
import { BridgeError } from "../../../../src/turn/error.ts";
import { requestFixture } from "../../../support/data/fixtures.ts";
import { PIXEL } from "../../../support/data/samples.ts";
import { verifies } from "../../../support/verifies.ts";
import { ANYONE } from "../../../../src/turn/principal.ts";

const text = (value: string) => ({ type: "text", text: value });

const TOOLS = [
  { type: "namespace", name: "files", tools: [{ type: "function", name: "read" }] },
  { type: "custom", name: "patch" },
];

function decoded(
  body: object,
  store = new ResponseStore({ responses: 10, size: 1e6, ageMs: 60_000 }),
): DecodedResponses {
  return decode({ model: "auto", input: "hi", ...body }, new Headers(), store, ANYONE);
}

function failure(body: object): unknown {
  try {
    decoded(body);
  } catch (thrown) {
    return thrown;
  }
  throw new Error("It was accepted.");
}

verifies(
  ["responses.input-items", "responses.tool-kinds", "responses.hosted-tools", "responses.accepted"],
  "Codex",
  () => {
    const { body } = requestFixture("codex-responses");
    const { request, notices, stream, wire } = decode(
      body,
      new Headers(),
      new ResponseStore({ responses: 1, size: 1, ageMs: 60_000 }),
      ANYONE,
    );
    expect(request.system).toEqual([text("You are a coding agent.")]);
    expect(request.messages).toEqual([
      { role: "user", parts: [text("<environment_context>"), text("Fix a.txt.")] },
      {
        role: "assistant",
        parts: [
          { type: "reasoning", text: "", signature: "AAAA" },
          text("Reading."),
          { type: "tool-call", id: "call_1", name: "shell", input: '{"command":["cat","a.txt"]}' },
          { type: "tool-call", id: "call_2", name: "files__view", input: "{}" },
          { type: "tool-call", id: "call_3", name: "apply_patch", input: '{"input":"*** Begin Patch"}' },
        ],
      },
      {
        role: "user",
        parts: [
          { type: "tool-result", callId: "call_1", content: [text("old")], isError: false },
          {
            type: "tool-result",
            callId: "call_2",
            content: [text("A picture."), { type: "image", mimeType: "image/png", data: "aGk=" }],
            isError: false,
          },
          { type: "tool-result", callId: "call_3", content: [text("Done.")], isError: false },
        ],
      },
      { role: "system", parts: [text("Be careful.")] },
    ]);
    expect(request.tools.map(({ name }) => name)).toEqual([
      "shell",
      "files__view",
      "apply_patch",
      "tool_search",
    ]);
    expect(JSON.stringify(request.tools[2])).toContain("start: begin_patch");
    expect(notices.map(({ code }) => code)).toEqual(["parameters-ignored", "tool-kind-ignored"]);
    expect(notices[0]?.message).toBe("MCP sampling has no text.verbosity.");
    expect([stream, wire.store, request.parallelToolCalls]).toEqual([true, false, false]);
  },
);

verifies("responses.input-items", "pictures reach the host", () => {
  const image = { type: "input_image", image_url: `data:image/png;base64,${PIXEL}` };
  const { request, notices } = decoded({ input: [{ role: "user", content: [image] }] });
  expect(request.messages).toEqual([
    { role: "user", parts: [{ type: "image", mimeType: "image/png", data: PIXEL }] },
  ]);
  expect(notices).toEqual([]);
  const stored = [{ role: "user", content: [{ type: "input_image", file_id: "file-1" }] }];
  expect(failure({ input: stored })).toMatchObject({
    code: "unsupported_feature",
    param: "input.0.content.0.file_id",
  });
});

verifies("responses.refused", "what would lose the conversation or the answer is refused", () => {
  for (const [param, value] of [
    ["background", true],
    ["conversation", "conv_1"],
    ["prompt", { id: "pmpt_1" }],
  ] as const) {
    expect(failure({ [param]: value })).toMatchObject({ code: "unsupported_feature", param });
    expect(decoded({ [param]: null }).notices).toEqual([]);
  }
  expect(failure({ previous_response_id: "resp_x" })).toMatchObject({
    code: "invalid_request",
    param: "previous_response_id",
  });
  expect(failure({ input: [{ type: "function_call_output", output: "x" }] })).toMatchObject({
    param: "input.0.call_id",
  });
});

verifies("responses.format", "the form of the answer", () => {
  const formatOf = (format: object) => decoded({ text: { format } }).request.responseFormat;
  expect(formatOf({ type: "text" })).toEqual({ type: "text" });
  expect(formatOf({ type: "json_object" })).toEqual({ type: "json" });
  expect(formatOf({ type: "json_schema", name: "n", strict: true, schema: { a: 1 } })).toEqual({
    type: "json",
    name: "n",
    schema: { a: 1 },
  });
});

verifies("responses.tool-kinds", "the choice among tools", () => {
  const choiceOf = (tool_choice: unknown) => decoded({ tools: TOOLS, tool_choice }).request.toolChoice;
  for (const type of ["none", "auto", "required"]) expect(choiceOf(type)).toEqual({ type });
  expect(choiceOf({ type: "custom", name: "patch" })).toEqual({ type: "tool", name: "patch" });
  expect(choiceOf({ type: "function", namespace: "files", name: "read" })).toEqual({
    type: "tool",
    name: "files__read",
  });
});

verifies("responses.allowed-tools", "only the tools that are allowed are offered", () => {
  const allow = (mode: string | undefined, ...tools: object[]): object => ({
    tools: TOOLS,
    tool_choice: { type: "allowed_tools", mode, tools },
  });
  const read = { type: "function", namespace: "files", name: "read" };
  const search = { type: "web_search" };
  for (const mode of ["auto", "required"] as const) {
    const { request } = decoded(allow(mode, search, { type: "custom", name: "patch" }, read));
    expect(request.tools.map(({ name }) => name)).toEqual(["files__read", "patch"]);
    expect(request.toolChoice).toEqual({ type: mode });
  }
  expect(decoded(allow(undefined, search)).request).toMatchObject({
    tools: [],
    toolChoice: { type: "auto" },
  });
  expect(failure(allow("required", search))).toMatchObject({
    code: "unsupported_feature",
    param: "tool_choice",
  });
});

verifies("responses.hosted-tools", "a hosted tool that is demanded is refused", () => {
  for (const tool_choice of [
    { type: "web_search" },
    { type: "file_search" },
    { type: "mcp", server_label: "s", name: "read" },
    { type: "function", name: "unknown" },
  ]) {
    expect(failure({ tools: [...TOOLS, { type: "web_search" }], tool_choice })).toMatchObject({
      code: "unsupported_feature",
      param: "tool_choice",
    });
  }
  expect(failure({ tools: [{ type: "web_search" }], tool_choice: "required" })).toMatchObject({
    code: "unsupported_feature",
  });
});

verifies("responses.item-reference", "a reference stands for a stored item, and no other", () => {
  const store = new ResponseStore({ responses: 10, size: 1e6, ageMs: 60_000 });
  const item = { id: "msg_1", type: "message", role: "assistant", content: "Hello." };
  store.add({ response: { id: "resp_1", output: [item] }, input: [], before: undefined }, ANYONE);
  const input = [
    { type: "item_reference", id: "msg_1" },
    { role: "user", content: "And?" },
  ];
  expect(decoded({ input }, store).request.messages).toEqual([
    { role: "assistant", parts: [text("Hello.")] },
    { role: "user", parts: [text("And?")] },
  ]);
  expect(failure({ input })).toMatchObject({ code: "invalid_request", param: "input.0.id" });
});

verifies("responses.error-body", "errors have OpenAI's shape, and a refusal by the person is a 400", () => {
  expect(error(new BridgeError("consent_denied", "No."))).toEqual({
    status: 400,
    body: { error: { message: "No.", type: "invalid_request_error", param: null, code: "consent_denied" } },
  });
});
