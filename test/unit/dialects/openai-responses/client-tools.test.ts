import { expect } from "vitest";
import { openaiResponses } from "../../../../src/dialects/openai-responses/index.ts";
import { collect } from "../../../../src/turn/collect.ts";
import { BridgeError } from "../../../../src/turn/error.ts";
import type { TurnEvent } from "../../../../src/turn/event.ts";
import { ANYONE } from "../../../../src/turn/principal.ts";
import { eventsOf, gather } from "../../../support/streams/events.ts";
import { parseFrames } from "../../../support/streams/frames.ts";
import { PIXEL } from "../../../support/data/samples.ts";
import { verifies } from "../../../support/verifies.ts";

const context = { id: "abc", created: 1_700_000_000, inputTokens: () => Promise.resolve(7) };
const LIMITS = { responses: 10, size: 1_000_000, ageMs: 60_000 };

const exchange = (body: object) =>
  openaiResponses(LIMITS).decode({ model: "auto", input: "hi", ...body }, new Headers(), ANYONE);

function calling(name: string, input: object): TurnEvent[] {
  return [
    { type: "turn-start", model: "m" },
    { type: "tool-call-start", id: "t", callId: "call_1", name },
    { type: "tool-call-delta", id: "t", json: JSON.stringify(input).slice(0, 5) },
    { type: "tool-call-delta", id: "t", json: JSON.stringify(input).slice(5) },
    { type: "tool-call-end", id: "t" },
    { type: "turn-end", stopReason: { unified: "tool-calls" }, usage: { estimated: true } },
  ];
}

/** Each tool: as declared, what the model calls it with, the item that the client gets, what it sends back, what the model reads. */
const TOOLS = {
  local_shell: {
    declared: { type: "local_shell" },
    name: "local_shell",
    input: { command: ["ls", "-l"], timeout_ms: 500 },
    item: {
      type: "local_shell_call",
      action: {
        type: "exec",
        command: ["ls", "-l"],
        env: {},
        timeout_ms: 500,
        working_directory: null,
        user: null,
      },
    },
    back: { command: ["ls", "-l"], env: {}, timeout_ms: 500 },
    output: { type: "local_shell_call_output", call_id: "call_1", output: "a.txt" },
    read: { content: [{ type: "text", text: "a.txt" }], isError: false },
  },
  shell: {
    declared: { type: "shell" },
    name: "shell",
    input: { commands: ["ls", "pwd"] },
    item: {
      type: "shell_call",
      action: { commands: ["ls", "pwd"], timeout_ms: null, max_output_length: null },
      environment: { type: "local" },
    },
    back: { commands: ["ls", "pwd"] },
    output: {
      type: "shell_call_output",
      call_id: "call_1",
      output: [
        { stdout: "a", stderr: "", outcome: { type: "exit", exit_code: 2 } },
        { stdout: "", stderr: "b", outcome: { type: "timeout" } },
      ],
    },
    read: {
      content: [
        {
          type: "text",
          text: '{"stdout":"a","stderr":"","exit_code":2}\n{"stdout":"","stderr":"b","timed_out":true}',
        },
      ],
      isError: false,
    },
  },
  apply_patch: {
    declared: { type: "apply_patch" },
    name: "apply_patch",
    input: { type: "update_file", path: "a.txt", diff: "@@\n-a\n+b" },
    item: {
      type: "apply_patch_call",
      operation: { type: "update_file", path: "a.txt", diff: "@@\n-a\n+b" },
    },
    back: { type: "update_file", path: "a.txt", diff: "@@\n-a\n+b" },
    output: { type: "apply_patch_call_output", call_id: "call_1", status: "failed", output: "No such file." },
    read: { content: [{ type: "text", text: "No such file." }], isError: true },
  },
  tool_search: {
    declared: {
      type: "tool_search",
      execution: "client",
      description: "Finds tools.",
      parameters: { type: "object" },
    },
    name: "tool_search",
    input: { query: "tickets" },
    item: { type: "tool_search_call", execution: "client", arguments: { query: "tickets" } },
    back: { query: "tickets" },
    output: {
      type: "tool_search_output",
      call_id: "call_1",
      execution: "client",
      status: "completed",
      tools: [
        { type: "function", name: "open_ticket", description: "Opens one.", parameters: { type: "object" } },
      ],
    },
    read: {
      content: [{ type: "text", text: '{"tools":[{"name":"open_ticket","description":"Opens one."}]}' }],
      isError: false,
    },
  },
  computer_use_preview: {
    declared: { type: "computer_use_preview", environment: "linux", display_width: 800, display_height: 600 },
    name: "computer",
    input: { type: "click", x: 1, y: 2, button: "left" },
    item: {
      type: "computer_call",
      action: { type: "click", x: 1, y: 2, button: "left" },
      pending_safety_checks: [],
    },
    back: { actions: [{ type: "click", x: 1, y: 2, button: "left" }] },
    output: {
      type: "computer_call_output",
      call_id: "call_1",
      output: { type: "computer_screenshot", image_url: `data:image/png;base64,${PIXEL}` },
    },
    read: { content: [{ type: "image", mimeType: "image/png", data: PIXEL }], isError: false },
  },
} as const;

for (const [type, { declared, name, input, item, back, output, read }] of Object.entries(TOOLS)) {
  verifies("responses.client-tools", `${type} is offered, called and answered in its own form`, async () => {
    const asked = exchange({ tools: [declared] });
    expect(asked.request.tools.map((tool) => tool.name)).toEqual([name]);
    expect(asked.notices).toEqual([]);
    const events = calling(name, input);
    const whole = asked.encode(await collect(eventsOf(events)), context) as { output: object[] };
    expect(whole.output).toEqual([
      { ...item, id: expect.any(String), call_id: "call_1", status: "completed" },
    ]);
    const frames = parseFrames((await gather(asked.frames(eventsOf(events), context))).join(""));
    const done = frames.filter(({ event }) => event === "response.output_item.done");
    expect(done.map(({ data }) => (data as { item: object }).item)).toEqual(whole.output);
    expect(frames.filter(({ event }) => event === "response.output_item.added")).toHaveLength(1);
    const next = exchange({ tools: [declared], input: [...whole.output, output] }).request.messages;
    const [call, result] = next.flatMap(({ parts }) => parts);
    expect(call).toMatchObject({ type: "tool-call", id: "call_1", name });
    expect(JSON.parse((call as { input: string }).input)).toEqual(back);
    expect(result).toEqual({ type: "tool-result", callId: "call_1", ...read });
  });

  verifies("responses.client-tools", `${type} can be demanded`, () => {
    expect(exchange({ tools: [declared], tool_choice: { type } }).request.toolChoice).toEqual({
      type: "tool",
      name,
    });
  });
}

verifies(
  "responses.client-tools",
  "what a client's search has found can be called from then on",
  async () => {
    const { declared, output } = TOOLS.tool_search;
    const asked = exchange({ tools: [declared], input: [output] });
    expect(asked.request.tools.map(({ name }) => name)).toEqual(["tool_search", "open_ticket"]);
    const turn = await collect(eventsOf(calling("open_ticket", {})));
    expect(asked.encode(turn, context)).toMatchObject({
      output: [{ type: "function_call", name: "open_ticket" }],
    });
  },
);

verifies(
  "responses.client-tools",
  "what only the vendor's servers run is left out, or refused when it is demanded",
  () => {
    for (const tool of [
      { type: "shell", environment: { type: "container_auto" } },
      { type: "tool_search" },
      { type: "web_search" },
      { type: "code_interpreter", container: { type: "auto" } },
      { type: "mcp", server_label: "x" },
    ]) {
      const { request, notices } = exchange({ tools: [tool] });
      expect(request.tools).toEqual([]);
      expect(notices.map(({ code }) => code)).toEqual(["tool-kind-ignored"]);
      expect(() => exchange({ tools: [tool], tool_choice: { type: tool.type } })).toThrow(BridgeError);
    }
  },
);

verifies("responses.client-tools", "arguments in another form are brought into the tool's", async () => {
  const asked = exchange({ tools: [{ type: "local_shell" }] });
  for (const [input, command] of [
    [{ command: "ls -l" }, ["bash", "-lc", "ls -l"]],
    [{}, []],
    [{ command: 7 }, []],
  ] as const) {
    const turn = await collect(eventsOf(calling("local_shell", input)));
    expect(asked.encode(turn, context)).toMatchObject({
      output: [{ action: { type: "exec", command, env: {} } }],
    });
  }
});
