/** Every kind of part, item, tool and choice of the three published schemas is translated, told to the model, or refused by name. */
import { expect } from "vitest";
import { anthropicMessages } from "../../../src/dialects/anthropic-messages/index.ts";
import type { Dialect, Exchange } from "../../../src/dialects/dialect.ts";
import { openaiChat } from "../../../src/dialects/openai-chat/index.ts";
import { openaiResponses } from "../../../src/dialects/openai-responses/index.ts";
import { BridgeError } from "../../../src/turn/error.ts";
import { ANYONE } from "../../../src/turn/principal.ts";
import { PIXEL } from "../../support/data/samples.ts";
import { verifies } from "../../support/verifies.ts";

const openaiResponse = openaiResponses({ responses: 1, size: 1, ageMs: 60_000 });
const ALL: readonly Dialect[] = [openaiChat, anthropicMessages, openaiResponse];

function decoded(dialect: Dialect, said: readonly object[], members: object = {}): Exchange {
  const prompt = dialect === openaiResponse ? { input: said } : { messages: said };
  return dialect.decode({ model: "m", max_tokens: 9, ...prompt, ...members }, new Headers(), ANYONE);
}

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof BridgeError) return `${thrown.param}: ${thrown.message}`;
    throw thrown;
  }
  throw new Error("It was accepted.");
}

/** Told, or translated: this is in what the model is sent. Refused: this is in what the client is told. */
type Outcome = { readonly reaches: string } | { readonly refused: string } | "says nothing";

const data = PIXEL;
const text = (value: string) => ({ type: "text", text: value });

const PARTS: Readonly<Record<string, readonly [object, Outcome]>> = {
  text: [text("needle"), { reaches: "needle" }],
  image_url: [{ image_url: { url: `data:image/png;base64,${data}` } }, { reaches: data }],
  input_audio: [{ input_audio: { data: "UklGRg==", format: "wav" } }, { reaches: "UklGRg==" }],
  file: [{ file: { filename: "needle", file_data: "aGk=" } }, { reaches: "needle" }],
  refusal: [{ refusal: "needle" }, { reaches: "needle" }],
  input_text: [{ text: "needle" }, { reaches: "needle" }],
  input_image: [{ image_url: `data:image/png;base64,${data}`, detail: "auto" }, { reaches: data }],
  input_file: [{ filename: "needle", file_data: "aGk=" }, { reaches: "needle" }],
  output_text: [{ text: "needle", annotations: [] }, { reaches: "needle" }],
  reasoning_text: [{ text: "needle" }, { reaches: "needle" }],
  summary_text: [{ text: "needle" }, { reaches: "needle" }],
  image: [{ source: { type: "base64", media_type: "image/png", data } }, { reaches: data }],
  document: [{ source: { type: "text", media_type: "text/plain", data: "needle" } }, { reaches: "needle" }],
  search_result: [{ title: "needle", source: "s", content: [text("x")] }, { reaches: "needle" }],
  thinking: [{ thinking: "needle", signature: "s" }, { reaches: "needle" }],
  redacted_thinking: [{ data: "needle" }, { reaches: "needle" }],
  tool_use: [{ id: "c", name: "needle", input: {} }, { reaches: "needle" }],
  tool_result: [{ tool_use_id: "c", content: [text("needle")] }, { reaches: "needle" }],
  tool_reference: [{ tool_name: "needle" }, { reaches: "needle" }],
  browser_state: [{ tabs: [{ tab_id: "1", title: "needle", url: "u" }] }, { reaches: "needle" }],
  server_tool_use: [{ id: "s", name: "web_search", input: { query: "needle" } }, { reaches: "needle" }],
  web_search_tool_result: [
    {
      tool_use_id: "s",
      content: [{ type: "web_search_result", title: "needle", url: "u", encrypted_content: "e" }],
    },
    { reaches: "needle" },
  ],
  web_fetch_tool_result: [
    {
      tool_use_id: "s",
      content: {
        type: "web_fetch_result",
        url: "needle",
        content: { type: "document", source: { type: "text", media_type: "text/plain", data: "page" } },
      },
    },
    { reaches: "needle" },
  ],
  code_execution_tool_result: [
    {
      tool_use_id: "s",
      content: { type: "code_execution_result", stdout: "needle", stderr: "", return_code: 0, content: [] },
    },
    { reaches: "needle" },
  ],
  bash_code_execution_tool_result: [
    {
      tool_use_id: "s",
      content: {
        type: "bash_code_execution_result",
        stdout: "needle",
        stderr: "",
        return_code: 0,
        content: [],
      },
    },
    { reaches: "needle" },
  ],
  text_editor_code_execution_tool_result: [
    {
      tool_use_id: "s",
      content: { type: "text_editor_code_execution_view_result", content: "needle", file_type: "text" },
    },
    { reaches: "needle" },
  ],
  tool_search_tool_result: [
    {
      tool_use_id: "s",
      content: {
        type: "tool_search_tool_search_result",
        tool_references: [{ type: "tool_reference", tool_name: "needle" }],
      },
    },
    { reaches: "needle" },
  ],
  mcp_tool_use: [{ id: "s", name: "needle", server_name: "x", input: {} }, { reaches: "needle" }],
  mcp_tool_result: [{ tool_use_id: "s", content: [text("needle")] }, { reaches: "needle" }],
  container_upload: [{ file_id: "f" }, { refused: "container_upload" }],
  computer_screenshot: [{ image_url: `data:image/png;base64,${data}` }, { reaches: data }],
};

for (const [type, [members, outcome]] of Object.entries(PARTS)) {
  verifies("clients.kinds", `a part of the kind ${type}`, () => {
    for (const dialect of ALL) {
      const said = [
        { role: "user", content: "Hello?" },
        { role: "assistant", content: [{ type, ...members }] },
        { role: "user", content: "And?" },
      ];
      if (outcome === "says nothing") throw new Error("Parts say something.");
      if ("refused" in outcome) {
        expect(refusal(() => decoded(dialect, said))).toContain(outcome.refused);
      } else {
        expect(JSON.stringify(decoded(dialect, said).request.messages)).toContain(outcome.reaches);
      }
    }
  });
}

const ITEMS: Readonly<Record<string, readonly [object, Outcome]>> = {
  message: [{ role: "user", content: "needle" }, { reaches: "needle" }],
  function_call: [{ call_id: "c", name: "needle", arguments: "{}" }, { reaches: "needle" }],
  function_call_output: [
    { call_id: "c", output: [{ type: "input_text", text: "needle" }] },
    { reaches: "needle" },
  ],
  custom_tool_call: [{ call_id: "c", name: "x", input: "needle" }, { reaches: "needle" }],
  custom_tool_call_output: [{ call_id: "c", output: "needle" }, { reaches: "needle" }],
  reasoning: [{ id: "r", summary: [], encrypted_content: "needle" }, { reaches: "needle" }],
  file_search_call: [{ id: "i", queries: ["needle"], status: "completed" }, { reaches: "needle" }],
  web_search_call: [{ id: "i", action: { type: "search", query: "needle" } }, { reaches: "needle" }],
  image_generation_call: [{ id: "i", result: data, status: "completed" }, { reaches: data }],
  code_interpreter_call: [
    { id: "i", code: "needle", container_id: "c", outputs: null },
    { reaches: "needle" },
  ],
  mcp_list_tools: [{ id: "i", server_label: "needle", tools: [] }, { reaches: "needle" }],
  mcp_approval_request: [
    { id: "i", server_label: "x", name: "needle", arguments: "{}" },
    { reaches: "needle" },
  ],
  mcp_approval_response: [
    { approval_request_id: "i", approve: true, reason: "needle" },
    { reaches: "needle" },
  ],
  mcp_call: [
    { id: "i", server_label: "x", name: "needle", arguments: "{}", output: "o" },
    { reaches: "needle" },
  ],
  computer_call: [{ id: "i", call_id: "c", action: { type: "type", text: "needle" } }, { reaches: "needle" }],
  computer_call_output: [
    { call_id: "c", output: { type: "computer_screenshot", image_url: `data:image/png;base64,${data}` } },
    { reaches: data },
  ],
  local_shell_call: [{ call_id: "c", action: { type: "exec", command: ["needle"] } }, { reaches: "needle" }],
  local_shell_call_output: [{ id: "c", output: "needle" }, { reaches: "needle" }],
  shell_call: [{ call_id: "c", action: { commands: ["needle"] } }, { reaches: "needle" }],
  shell_call_output: [
    { call_id: "c", output: [{ stdout: "needle", stderr: "", outcome: { type: "exit", exit_code: 0 } }] },
    { reaches: "needle" },
  ],
  apply_patch_call: [
    { call_id: "c", operation: { type: "delete_file", path: "needle" }, status: "completed" },
    { reaches: "needle" },
  ],
  apply_patch_call_output: [{ call_id: "c", status: "completed", output: "needle" }, { reaches: "needle" }],
  tool_search_call: [
    { call_id: "c", execution: "client", arguments: { query: "needle" } },
    { reaches: "needle" },
  ],
  tool_search_output: [
    { call_id: "c", execution: "client", tools: [{ type: "function", name: "needle", parameters: {} }] },
    { reaches: "needle" },
  ],
  program: [{ id: "p", call_id: "c", code: "needle", fingerprint: "f" }, { reaches: "needle" }],
  program_output: [{ id: "p", call_id: "c", result: "needle", status: "completed" }, { reaches: "needle" }],
  additional_tools: [{ tools: [{ type: "function", name: "needle" }] }, "says nothing"],
  compaction_trigger: [{}, "says nothing"],
  compaction: [{ encrypted_content: "gAAAA" }, { refused: "compact it again" }],
  item_reference: [{ id: "needle" }, { refused: "unknown item" }],
};

for (const [type, [members, outcome]] of Object.entries(ITEMS)) {
  verifies("clients.kinds", `an input item of the kind ${type}`, () => {
    const said = [
      { role: "user", content: "Hello?" },
      { type, ...members },
    ];
    if (outcome === "says nothing") {
      expect(decoded(openaiResponse, said).request.messages[0]?.parts).toEqual([text("Hello?")]);
    } else if ("refused" in outcome) {
      expect(refusal(() => decoded(openaiResponse, said))).toContain(outcome.refused);
    } else {
      expect(JSON.stringify(decoded(openaiResponse, said).request.messages)).toContain(outcome.reaches);
    }
    // At the other APIs it is told, or refused by its name.
    for (const dialect of [openaiChat, anthropicMessages]) {
      const told = ((): string => {
        try {
          return JSON.stringify(decoded(dialect, said).request.messages);
        } catch (thrown) {
          if (!(thrown instanceof BridgeError)) throw thrown;
          expect(thrown.message).toContain(type);
          return "refused";
        }
      })();
      if (typeof outcome === "object" && "reaches" in outcome && told !== "refused") {
        expect(told).toContain(outcome.reaches);
      }
    }
  });
}

verifies("clients.kinds", "items that only Responses has are refused by name elsewhere", () => {
  for (const dialect of [openaiChat, anthropicMessages]) {
    for (const type of ["item_reference", "compaction", "additional_tools", "compaction_trigger"]) {
      const said = [
        { role: "user", content: "Hello?" },
        { type, id: "x" },
      ];
      expect(refusal(() => decoded(dialect, said))).toContain(type);
    }
  }
});

/** Tools: offered under these names, left out with a notice, or refused. */
const TOOLS: readonly (readonly [object, readonly string[] | "vendor" | "refused", Dialect?])[] = [
  [{ type: "function", function: { name: "f" } }, ["f"]],
  [{ type: "function", name: "f", parameters: {} }, ["f"]],
  [{ type: "custom", name: "f" }, ["f"]],
  [{ type: "custom", custom: { name: "f" } }, ["f"]],
  [{ name: "f", input_schema: { type: "object" } }, ["f"]],
  [{ type: "bash_20250124", name: "bash" }, ["bash"]],
  [{ type: "bash_20990101", name: "bash" }, ["bash"]],
  [{ type: "text_editor_20990101", name: "editor" }, ["editor"]],
  [{ type: "text_editor_latest", name: "editor" }, ["editor"]],
  [{ type: "memory_20250818", name: "memory" }, ["memory"]],
  [{ type: "memory_20990101", name: "memory" }, ["memory"]],
  [{ type: "computer_20990101", name: "computer", display_width_px: 1, display_height_px: 1 }, ["computer"]],
  [{ type: "web_search_20250305", name: "web_search" }, "vendor"],
  [{ type: "web_search_20990101", name: "web_search" }, "vendor"],
  [{ type: "web_search" }, "vendor"],
  [{ type: "web_search_2025_08_26" }, "vendor"],
  [{ type: "web_search_preview" }, "vendor"],
  [{ type: "web_search_preview_2025_03_11" }, "vendor"],
  [{ type: "web_fetch_20260318", name: "web_fetch" }, "vendor"],
  [{ type: "code_execution_20260521", name: "code_execution" }, "vendor"],
  [{ type: "tool_search_tool_bm25_20251119", name: "tool_search_tool_bm25" }, "vendor"],
  [{ type: "tool_search_tool_regex", name: "tool_search_tool_regex" }, "vendor"],
  [{ type: "mcp_toolset", mcp_server_name: "x" }, "vendor"],
  [{ type: "file_search", vector_store_ids: [] }, "vendor"],
  [{ type: "code_interpreter", container: {} }, "vendor"],
  [{ type: "image_generation" }, "vendor"],
  [{ type: "mcp", server_label: "x", server_url: "u" }, "vendor"],
  [{ type: "programmatic_tool_calling" }, "vendor"],
  [{ type: "tool_search" }, "vendor"],
  [{ type: "shell", environment: { type: "container_auto" } }, "vendor", openaiResponse],
  [{ type: "namespace", name: "n", tools: [{ type: "function", name: "f" }] }, ["n__f"], openaiResponse],
  [{ type: "local_shell" }, ["local_shell"], openaiResponse],
  [{ type: "shell" }, ["shell"], openaiResponse],
  [{ type: "apply_patch" }, ["apply_patch"], openaiResponse],
  [{ type: "tool_search", execution: "client" }, ["tool_search"], openaiResponse],
  [{ type: "computer" }, ["computer"], openaiResponse],
  [{ type: "computer_use_preview", display_width: 1, display_height: 1 }, ["computer"], openaiResponse],
  [{ type: "local_shell" }, "refused", openaiChat],
  [{ type: "namespace", name: "n", tools: [] }, "refused", openaiChat],
  [{ type: "computer_toolset_20260801" }, "refused", openaiChat],
  [{ type: "hologram_20990101", name: "h" }, "refused"],
];

verifies("clients.kinds", "every kind of tool is offered, left out with a notice, or refused by name", () => {
  for (const [tool, outcome, only] of TOOLS) {
    for (const dialect of only === undefined ? ALL : [only]) {
      const decode = () => decoded(dialect, [{ role: "user", content: "Hello?" }], { tools: [tool] });
      const about = `${JSON.stringify(tool)} at ${dialect.id}`;
      if (outcome === "refused") {
        expect(refusal(decode), about).toContain("tools.0.type");
        continue;
      }
      const { request, notices } = decode();
      expect(
        request.tools.map(({ name }) => name),
        about,
      ).toEqual(outcome === "vendor" ? [] : outcome);
      expect(
        notices.map(({ code }) => code),
        about,
      ).toEqual(outcome === "vendor" ? ["tool-kind-ignored"] : []);
    }
  }
});

const CHOICES: readonly (readonly [unknown, string])[] = [
  ["none", "none"],
  ["auto", "auto"],
  ["required", "required"],
  ["any", "required"],
  [{ type: "auto" }, "auto"],
  [{ type: "any" }, "required"],
  [{ type: "none" }, "none"],
  [{ type: "tool", name: "f" }, "tool"],
  [{ type: "function", name: "f" }, "tool"],
  [{ type: "function", function: { name: "f" } }, "tool"],
  [{ type: "custom", name: "f" }, "tool"],
  [{ type: "custom", custom: { name: "f" } }, "tool"],
  [
    { type: "allowed_tools", allowed_tools: { mode: "required", tools: [{ type: "function", name: "f" }] } },
    "required",
  ],
  [{ type: "allowed_tools", mode: "required", tools: [{ type: "function", name: "f" }] }, "required"],
  [{ type: "web_search_preview" }, "refused"],
  [{ type: "file_search" }, "refused"],
  [{ type: "image_generation" }, "refused"],
  [{ type: "code_interpreter" }, "refused"],
  [{ type: "programmatic_tool_calling" }, "refused"],
  [{ type: "mcp", server_label: "x" }, "refused"],
  [{ type: "computer" }, "refused"],
  [{ type: "shell" }, "refused"],
  [{ type: "apply_patch" }, "refused"],
  [{ type: "tool", name: "unknown" }, "refused"],
];

verifies("clients.kinds", "every kind of choice is honoured, or refused by name", () => {
  const tools = [{ type: "function", name: "f", parameters: {} }];
  for (const dialect of ALL) {
    for (const [tool_choice, outcome] of CHOICES) {
      const about = `${JSON.stringify(tool_choice)} at ${dialect.id}`;
      const decode = () => decoded(dialect, [{ role: "user", content: "Hello?" }], { tools, tool_choice });
      if (outcome === "refused") expect(refusal(decode), about).toContain("tool_choice");
      else expect(decode().request.toolChoice.type, about).toBe(outcome);
    }
  }
});
