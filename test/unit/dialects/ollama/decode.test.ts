import { describe, expect, test } from "vitest";
import { MEMBERS } from "../../../../src/dialects/ollama/members.ts";
import {
  codes,
  decoded,
  failure,
  generated,
  messages,
  request,
} from "../../../support/bridge/ollama-requests.ts";
import { PIXEL } from "../../../support/data/samples.ts";
import { verifies } from "../../../support/verifies.ts";

test("the least request", () => {
  expect(request({})).toEqual({
    model: "m",
    system: [],
    messages: [{ role: "user", parts: [{ type: "text", text: "hi" }] }],
    tools: [],
    toolChoice: { type: "auto" },
    parallelToolCalls: true,
    responseFormat: { type: "text" },
    maxTokens: undefined,
    temperature: undefined,
    stopSequences: [],
    conversation: undefined,
  });
  expect(generated({}).request).toEqual(request({}));
});

verifies("ollama.lines", "an answer is streamed unless the client says otherwise", () => {
  for (const decode of [decoded, generated]) {
    expect(
      [{}, { stream: null }, { stream: true }, { stream: false }].map((one) => decode(one).stream),
    ).toEqual([true, true, true, false]);
    expect(decode({}).streamType).toBe("application/x-ndjson");
  }
});

describe("messages", () => {
  const CALL = (name: string, id?: string): object => ({
    ...(id !== undefined && { id }),
    function: { name, arguments: { of: name } },
  });

  verifies("ollama.messages", "each of a conversation", () => {
    const stated = [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Look.", images: [PIXEL] },
      { role: "assistant", content: "I see.", thinking: "A pixel.", tool_calls: [CALL("look")] },
      { role: "tool", tool_name: "look", content: "Red.", images: [PIXEL] },
    ];
    const { system, messages: read } = request({ messages: stated });
    const image = { type: "image", mimeType: "image/png", data: PIXEL };
    expect(system).toEqual([{ type: "text", text: "Be brief." }]);
    expect(read).toEqual([
      { role: "user", parts: [{ type: "text", text: "Look." }, image] },
      {
        role: "assistant",
        parts: [
          { type: "reasoning", text: "A pixel." },
          { type: "text", text: "I see." },
          { type: "tool-call", id: "look", name: "look", input: '{"of":"look"}' },
        ],
      },
      {
        role: "user",
        parts: [
          {
            type: "tool-result",
            callId: "look",
            content: [{ type: "text", text: "Red." }, image],
            isError: false,
          },
        ],
      },
    ]);
  });

  verifies("ollama.call-pairs", "results find their calls by id, by name, by order", () => {
    const resultsOf = (calls: readonly object[], results: readonly object[]): string[] =>
      messages([
        { role: "user", content: "go" },
        { role: "assistant", content: "", tool_calls: calls },
        ...results.map((result) => ({ role: "tool", content: "x", ...result })),
      ]).flatMap(({ parts }) => parts.flatMap((part) => (part.type === "tool-result" ? part.callId : [])));
    const ided = [CALL("a", "1"), CALL("b", "2")];
    expect(resultsOf(ided, [{ tool_call_id: "2" }, { tool_call_id: "1" }])).toEqual(["2", "1"]);
    expect(resultsOf(ided, [{ tool_name: "b" }, { tool_name: "a" }])).toEqual(["2", "1"]);
    expect(resultsOf([CALL("a"), CALL("a")], [{ tool_name: "a" }, { tool_name: "a" }])).toEqual(["a", "a-2"]);
    expect(resultsOf([CALL("a"), CALL("b")], [{}, {}])).toEqual(["a", "b"]);
  });

  verifies("ollama.messages", "a picture is what its first bytes say", () => {
    const base64 = (head: string): string =>
      Buffer.from(`${head}more of it, enough`, "latin1").toString("base64");
    const typeOf = (image: string): unknown =>
      messages([{ role: "user", content: "", images: [image] }])[0]?.parts.map(
        (part) => "mimeType" in part && part.mimeType,
      );
    expect(typeOf(base64("\x89PNG\r\n"))).toEqual(["image/png"]);
    expect(typeOf(base64("\xff\xd8\xff\xe0"))).toEqual(["image/jpeg"]);
    expect(typeOf(base64("GIF89a"))).toEqual(["image/gif"]);
    expect(typeOf(base64("RIFF1234WEBP"))).toEqual(["image/webp"]);
    expect(typeOf(base64("RIFF1234WAVE"))).toEqual(["audio/wav"]);
    expect(typeOf(`data:image/jpeg;base64,${PIXEL}`)).toEqual(["image/jpeg"]);
    expect(failure({ messages: [{ role: "user", content: "a", images: ["http://a/b.png"] }] })).toMatchObject(
      {
        code: "unsupported_feature",
        param: "messages.0.images.0",
      },
    );
    expect(failure({ images: [""] }, generated)).toMatchObject({ param: "images.0" });
  });

  verifies("ollama.messages", "what is wrong is named", () => {
    expect(failure({ messages: [{ role: "robot", content: "a" }] }).param).toBe("messages.0.role");
    expect(failure({ messages: [{ role: "user", content: "" }] }).param).toBe("messages");
    expect(failure({ messages: "hi" }).param).toBe("messages");
    expect(failure({ messages: [{ role: "system", content: "a", images: [PIXEL] }] }).param).toBe("messages");
    expect(failure({ model: "" }).param).toBe("model");
    expect(
      failure({ tools: [{ type: "function", function: { name: "f", parameters: 5 } }] }).param,
    ).toContain("tools.0.function.parameters");
  });
});

describe("settings", () => {
  verifies("ollama.options", "limits, temperature and ends", () => {
    expect(request({ options: { num_predict: 9, temperature: 0, stop: ["END", "", "END"] } })).toMatchObject({
      maxTokens: 9,
      temperature: 0,
      stopSequences: ["END"],
    });
    expect(request({ options: { stop: "END" } }).stopSequences).toEqual(["END"]);
    for (const none of [0, -1, -2, null]) {
      expect(request({ options: { num_predict: none } }).maxTokens).toBeUndefined();
    }
    expect(failure({ options: { temperature: 3 } }).param).toBe("options.temperature");
    expect(failure({ options: 5 }).param).toBe("options");
  });

  verifies("ollama.think", "whether and how much to think", () => {
    expect(request({}).thinking).toBeUndefined();
    expect(request({ think: true }).thinking).toEqual({ enabled: true });
    expect(request({ think: false }).thinking).toEqual({ enabled: false });
    expect(request({ think: "high" }).thinking).toEqual({ enabled: true, effort: "high" });
  });

  verifies("ollama.structured", "json, a schema, or neither", () => {
    const schema = { type: "object", properties: { a: { type: "string" } } };
    expect(request({ format: "json" }).responseFormat).toEqual({ type: "json" });
    expect(request({ format: schema }).responseFormat).toEqual({ type: "json", schema });
    expect(generated({ format: schema }).request.responseFormat).toEqual({ type: "json", schema });
    for (const none of ["", null]) expect(request({ format: none }).responseFormat).toEqual({ type: "text" });
    expect(failure({ format: "yaml" }).param).toBe("format");
    expect(failure({ format: { type: "nonsense" } }).param).toContain("format");
  });

  verifies("ollama.options", "each member is one of the table, and others are told", () => {
    expect(codes({ keep_alive: "5m" })).toEqual(["parameters-ignored"]);
    expect(codes({ options: { seed: 1 } })).toEqual(["parameters-ignored"]);
    expect(codes({ options: { num_gpu: 1, num_thread: 8 }, truncate: true })).toEqual([]);
    expect(codes({ options: { top_p: 1, repeat_penalty: 1, mirostat: 0 } })).toEqual([]);
    expect(codes({ options: { shininess: 5 }, tool_choice: "auto" })).toEqual(["members-unknown"]);
    for (const [at, member] of Object.entries(MEMBERS)) {
      if (member.meaning !== "refused") continue;
      const { code, message } = failure({ [at]: at === "context" ? [1] : 5 }, (members) =>
        at in { logprobs: 0, top_logprobs: 0 } ? decoded(members) : generated(members),
      );
      expect([code, message]).toEqual(["unsupported_feature", expect.stringContaining(at)]);
    }
  });

  verifies("ollama.options", "what another API has, or the other path, is refused with its name here", () => {
    for (const [members, at, said] of [
      [{ max_tokens: 5 }, "max_tokens", "options.num_predict"],
      [{ temperature: 0 }, "temperature", "options.temperature"],
      [{ tool_choice: "required" }, "tool_choice", "prompt"],
      [{ system: "Be brief." }, "system", "role system"],
      [{ prompt: "Hello" }, "prompt", "messages"],
      [{ images: ["aGk="] }, "images", "message"],
    ] as const) {
      expect(failure(members)).toMatchObject({ param: at, message: expect.stringContaining(said) });
    }
    for (const members of [{ messages: [{ role: "user", content: "hi" }] }, { tools: [{}] }]) {
      expect(failure(members, generated).message).toContain("/api/chat");
    }
    expect(codes({ system: "", prompt: "", images: [], tool_choice: "auto" })).toEqual([]);
    expect(generated({ messages: [], tools: [] }).notices).toEqual([]);
  });

  verifies("ollama.generate", "what only a model without a template could do is refused by name", () => {
    expect(failure({ raw: true }, generated)).toMatchObject({ code: "unsupported_feature", param: "raw" });
    expect(failure({ suffix: "}" }, generated).param).toBe("suffix");
    expect(failure({ template: "{{ .Prompt }}" }, generated).param).toBe("template");
    expect(failure({ context: [1, 2] }, generated).param).toBe("context");
    expect(generated({ raw: false, suffix: "", template: "", context: [] }).request.messages).toHaveLength(1);
  });

  verifies("ollama.load", "no message, no host", () => {
    for (const [exchange, reason] of [
      [decoded({ messages: [] }), "load"],
      [decoded({ messages: undefined, keep_alive: "0s" }), "unload"],
      [generated({ prompt: "" }), "load"],
      [generated({ prompt: undefined, keep_alive: 0 }), "unload"],
    ] as const) {
      expect(exchange.withoutHost).toBeDefined();
      const turn = {
        model: "m",
        parts: [],
        stopReason: { unified: "end" },
        usage: { estimated: false },
        others: [],
      } as const;
      const timing = () => ({ total: 2, firstContent: 1 });
      const context = { id: "a", created: 0, inputTokens: () => Promise.resolve(0), timing };
      const reply = exchange.encode(turn, context);
      // Nobody has read a prompt, nor written an answer.
      const told = { done: true, done_reason: reason, total_duration: 2e9 };
      expect(reply).toMatchObject(told);
      expect(JSON.stringify(reply)).not.toContain("eval_duration");
    }
    expect(decoded({ keep_alive: 0 }).withoutHost).toBeUndefined();
  });
});
