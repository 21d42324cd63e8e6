/** Every member of the published request schemas has a meaning here, and the meaning is what the bridge does. */
import { expect, test } from "vitest";
import { anthropicMessages } from "../../../src/dialects/anthropic-messages/index.ts";
import type { Dialect, Exchange } from "../../../src/dialects/dialect.ts";
import { openaiChat } from "../../../src/dialects/openai-chat/index.ts";
import { openaiResponses } from "../../../src/dialects/openai-responses/index.ts";
import { MEMBERS, type Member } from "../../../src/dialects/request-members.ts";
import { BridgeError } from "../../../src/turn/error.ts";
import { ANYONE } from "../../../src/turn/principal.ts";
import { verifies } from "../../support/verifies.ts";

const openaiResponse = openaiResponses({ responses: 1, size: 1, ageMs: 60_000 });

/** The members that the request schemas of the vendors had in November 2026. */
const PUBLISHED = {
  "openai-chat": `audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens messages
    metadata modalities model moderation n parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_options
    prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier stop store stream stream_options
    temperature tool_choice tools top_logprobs top_p user verbosity web_search_options`,
  "openai-responses": `background context_management conversation frequency_penalty include input instructions max_output_tokens
    max_tool_calls metadata model moderation parallel_tool_calls presence_penalty previous_response_id prompt prompt_cache_key
    prompt_cache_options prompt_cache_retention reasoning safety_identifier service_tier store stream stream_options temperature
    text tool_choice tools top_logprobs top_p truncation user`,
  "anthropic-messages": `cache_control container context_management diagnostics inference_geo max_tokens mcp_servers messages
    metadata model output_config output_format service_tier speed stop_sequences stream system temperature thinking thread
    tool_choice tools top_k top_p user_profile_id workspace_id`,
} as const;

const APIS: readonly Dialect[] = [openaiChat, openaiResponse, anthropicMessages];

function decoded(dialect: Dialect, members: object): Exchange {
  const said = dialect === openaiResponse ? { input: "hi" } : { messages: [{ role: "user", content: "hi" }] };
  const limit = dialect === anthropicMessages ? { max_tokens: 10 } : {};
  return dialect.decode({ model: "m", ...limit, ...said, ...members }, new Headers(), ANYONE);
}

verifies("clients.members", "every published member has a meaning", () => {
  for (const published of Object.values(PUBLISHED)) {
    expect(published.split(/\s+/).filter((name) => !Object.hasOwn(MEMBERS, name))).toEqual([]);
  }
});

/** A value of each that asks for something. */
const ASKING: Readonly<Record<string, unknown>> = {
  logprobs: true,
  top_logprobs: 2,
  include: ["message.output_text.logprobs"],
  logit_bias: { 50256: -100 },
  modalities: ["text", "audio"],
  audio: { voice: "alloy", format: "wav" },
  web_search_options: {},
  mcp_servers: [{ type: "url", url: "https://a.example", name: "a" }],
  container: "container_1",
  moderation: { model: "omni-moderation" },
  inference_geo: "us",
  background: true,
  conversation: "conv_1",
  prompt: { id: "pmpt_1" },
  previous_response_id: "resp_1",
  thread: { type: "create" },
  n: 2,
  top_p: 0.5,
  top_k: 4,
  min_p: 0.1,
  seed: 0,
  frequency_penalty: 1,
  presence_penalty: -1,
  repetition_penalty: 1.1,
  verbosity: "low",
  "text.verbosity": "low",
  prediction: { type: "content", content: "x" },
  truncation: "auto",
  max_tool_calls: 3,
  context_management: { edits: [{ type: "clear_tool_uses_20250919" }] },
  compaction: {},
  service_tier: "flex",
  speed: "fast",
  cache_control: { type: "ephemeral" },
  prompt_cache_key: "k",
  prompt_cache_retention: "24h",
  prompt_cache_options: { ttl: "1h" },
  safety_identifier: "u",
  user_profile_id: "u",
  workspace_id: "w",
  diagnostics: { previous_message_id: "m" },
  betas: ["b"],
  anthropic_beta: ["b"],
  anthropic_version: "2023-06-01",
  client_metadata: { a: "b" },
  vl_high_resolution_images: true,
  store: false,
  system_instruction: "Be brief.",
  systemInstruction: { parts: [{ text: "Be brief." }] },
  maxTokens: 5,
  maxOutputTokens: 5,
  max_new_tokens: 5,
  max_length: 5,
  num_predict: 5,
  stopSequences: ["x"],
  response_schema: { type: "object" },
  responseSchema: { type: "object" },
  responseFormat: { type: "json_object" },
  format: "json",
  json_schema: { type: "object" },
  guided_json: { type: "object" },
  guided_choice: ["a", "b"],
  guided_regex: "a+",
  guided_grammar: "root ::= x",
  structured_outputs: { choice: ["a"] },
  grammar: "root ::= x",
  regex: "a+",
  bad_words: ["a"],
  suffix: "}",
  context: "text",
  documents: [{ text: "x" }],
  file_ids: ["file-1"],
  chat_template: "{{ messages }}",
  plugins: [{ id: "web" }],
  assistant_prefix: "Sure",
};

const table: readonly (readonly [string, Member])[] = Object.entries(MEMBERS);

for (const [name, member] of table.filter(([, { meaning }]) => meaning !== "read")) {
  verifies("clients.members", `${name} is ${member.meaning}`, () => {
    const value = ASKING[name];
    expect(value, "the test needs a value that asks for something").toBeDefined();
    const asking = name === "text.verbosity" ? { text: { verbosity: value } } : { [name]: value };
    for (const dialect of APIS.filter(({ id }) => member.readAt?.includes(id) !== true)) {
      const plain = decoded(dialect, {});
      if (member.meaning === "refused") {
        const thrown = caught(() => decoded(dialect, asking));
        expect(thrown).toMatchObject({ code: "unsupported_feature", param: name });
        expect(thrown.message).toContain(name);
        expect(thrown.message).toContain(member.why);
      } else {
        const { request, notices } = decoded(dialect, asking);
        expect(request).toEqual(plain.request);
        expect(notices).toEqual(
          member.meaning === "harmless"
            ? []
            : [{ code: "parameters-ignored", message: `MCP sampling has no ${name}.` }],
        );
      }
      for (const nothing of [null, ...(member.unless ?? []).filter(() => name !== "include")]) {
        const given = ["modalities"].includes(name) && nothing !== null ? [nothing] : nothing;
        const said = name === "text.verbosity" ? { text: { verbosity: given } } : { [name]: given };
        expect(decoded(dialect, said).notices).toEqual([]);
      }
    }
  });
}

function caught(run: () => unknown): BridgeError {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof BridgeError) return thrown;
    throw thrown;
  }
  throw new Error("It was accepted.");
}

verifies("clients.members", "members of no API are passed over, and named", () => {
  for (const dialect of APIS) {
    const { request, notices } = decoded(dialect, { hologram: { a: 1 }, keep_alive: "5m", nothing: null });
    expect(request).toEqual(decoded(dialect, {}).request);
    expect(notices).toEqual([
      {
        code: "members-unknown",
        message: "The bridge ignored unknown members of the request: hologram, keep_alive.",
      },
    ]);
  }
});

test("what is told of unknown members is bounded and holds no content", () => {
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`m${index}`, 1]));
  const [notice] = decoded(openaiChat, { "a secret\nsentence": 1, ...many }).notices;
  expect(notice?.message).toBe(
    "The bridge ignored unknown members of the request: m0, m1, m2, m3, m4, m5, m6, m7, m8, 992 more.",
  );
});

test("names that every object has are none of the table's", () => {
  const members = JSON.parse('{"constructor":1,"__proto__":{"a":1},"toString":2}') as object;
  expect(decoded(openaiChat, members).notices).toMatchObject([{ code: "members-unknown" }]);
});
