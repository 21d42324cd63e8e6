/** What goes wrong in the editor, in the eyes of the vendors' clients. */
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { editorBridge, failsWith, says } from "../../support/editor/editor-bridge.ts";
import { LanguageModelError, LanguageModelTextPart } from "../../support/editor/vscode.ts";
import { verifies } from "../../support/verifies.ts";

const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFElEQVR4nGP4z8DAwMDA8J+BgQEADQQB/3MMbYkAAAAASUVORK5CYII=";
const HELLO = [{ role: "user" as const, content: "Hello?" }];

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

interface Row {
  readonly error: unknown;
  readonly status: number;
  readonly code: string;
  /** What the client does by itself. */
  readonly retry: boolean;
  readonly words: RegExp;
}

const ROWS: Readonly<Record<string, Row>> = {
  "blocked by code": {
    error: LanguageModelError.Blocked("Slow down."),
    status: 429,
    code: "rate_limit_exceeded",
    retry: true,
    words: /Slow down\./,
  },
  "a rate limit by name": {
    error: named("ChatRateLimited", "Try again in a minute."),
    status: 429,
    code: "rate_limit_exceeded",
    retry: true,
    words: /Try again in a minute/,
  },
  "a rate limit by words": {
    error: new Error("Request Failed: 429 too many requests"),
    status: 429,
    code: "rate_limit_exceeded",
    retry: true,
    words: /too many requests/,
  },
  "a quota by name": {
    error: named("ChatQuotaExceeded", "You have no premium requests left this month."),
    status: 429,
    code: "insufficient_quota",
    retry: false,
    words: /no premium requests left/,
  },
  "a provider that forbids": {
    error: new Error('Request Failed: status 403 {"message": "not licensed for this model"}'),
    status: 502,
    code: "host_unauthorized",
    retry: false,
    words: /not licensed/,
  },
  "a model that is gone": {
    error: LanguageModelError.NotFound("It was removed."),
    status: 404,
    code: "model_not_found",
    retry: false,
    words: /It was removed/,
  },
  "a prompt that is too long": {
    error: new Error("Message exceeds token limit."),
    status: 400,
    code: "context_length_exceeded",
    retry: false,
    words: /^400 prompt is too long: /,
  },
  "a refusal by code": {
    error: LanguageModelError.NoPermissions("The person said no."),
    status: 400,
    code: "consent_denied",
    retry: false,
    words: /Allow Access to the Models/,
  },
  "a failure that may pass": {
    error: new Error("net::ERR_CONNECTION_RESET"),
    status: 502,
    code: "host_failed",
    retry: true,
    words: /The model in VS Code failed/,
  },
  "an error without words": {
    error: undefined,
    status: 502,
    code: "host_failed",
    retry: true,
    words: /no reason given/,
  },
  "an error with a path and a key in it": {
    error: new Error("cannot read /home/ada/.ssh/id with key ghp-0123456789abcdef"),
    status: 502,
    code: "host_failed",
    retry: true,
    words: /^502 The model in VS Code failed: cannot read \(path\) with key \(key\)\.$/,
  },
};

async function thrownBy(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error("Nothing was thrown.");
}

describe.each(Object.entries(ROWS))("%s", (_, { error, status, code, retry, words }) => {
  verifies("editor.failures", "is the status of the reply before the first part", async () => {
    const { editor, openai, anthropic } = await editorBridge();
    editor.answer = failsWith(error);
    const asking = { model: "auto", messages: HELLO };
    const seen = await thrownBy(() => openai.chat.completions.create(asking));
    if (!(seen instanceof OpenAI.APIError)) throw seen;
    expect(seen).toMatchObject({ status, code, message: expect.stringMatching(words) as string });
    expect(seen.headers?.get("x-should-retry")).toBe(String(retry));

    const streaming = await thrownBy(() =>
      anthropic.messages.create({ ...asking, max_tokens: 9, stream: true }),
    );
    expect(streaming).toBeInstanceOf(Anthropic.APIError);
    expect(streaming).toMatchObject({ status });
  });

  verifies("editor.failures", "is an error event after the first part, and no regular end", async () => {
    const { editor, openai, anthropic } = await editorBridge();
    editor.answer = failsWith(error, new LanguageModelTextPart("half"));
    const asking = { model: "auto", messages: HELLO, stream: true } as const;
    let text = "";
    let finish: unknown;
    const seen = await thrownBy(async () => {
      for await (const { choices } of await openai.chat.completions.create(asking)) {
        text += choices[0]?.delta.content ?? "";
        finish = choices[0]?.finish_reason ?? finish;
      }
    });
    expect(seen).toMatchObject({ code });
    expect({ text, finish }).toEqual({ text: "half", finish: undefined });

    const types: string[] = [];
    const thrown = await thrownBy(async () => {
      for await (const { type } of await anthropic.messages.create({ ...asking, max_tokens: 9 }))
        types.push(type);
    });
    // A refusal is remembered, and the second request does not come as far.
    if (code !== "consent_denied") expect(types).toContain("content_block_delta");
    expect(thrown).toBeInstanceOf(Anthropic.APIError);
    expect(types).not.toContain("message_stop");
  });
});

verifies(
  "editor.failures",
  "without a model the client hears what to do, and then the model is asked",
  async () => {
    const { editor, host, openai } = await editorBridge([]);
    const asking = { model: "auto", messages: HELLO };
    await expect(openai.chat.completions.create(asking)).rejects.toMatchObject({ status: 503 });
    const { setModels } = await import("../../support/editor/vscode.ts");
    setModels({ id: "gpt" });
    editor.answer = says(new LanguageModelTextPart("Hello!"));
    await host.refresh();
    const answer = await openai.chat.completions.create(asking);
    expect(answer.choices[0]?.message.content).toBe("Hello!");
  },
);

const tool = (name: string) => ({
  type: "function" as const,
  function: { name, parameters: { type: "object" } },
});
const picture = (base64: string) => [
  {
    role: "user" as const,
    content: [{ type: "image_url" as const, image_url: { url: `data:image/png;base64,${base64}` } }],
  },
];

const REFUSED: Readonly<Record<string, [Partial<OpenAI.ChatCompletionCreateParamsNonStreaming>, RegExp]>> = {
  "an image for a model without vision": [{ messages: picture(PNG) }, /does not accept images/],
  "a broken image": [
    { model: "copilot/seeing", messages: picture(Buffer.from("no image").toString("base64")) },
    /damaged/,
  ],
  audio: [
    {
      messages: [
        {
          role: "user",
          content: [{ type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } }],
        },
      ],
    },
    /audio/,
  ],
  "129 tools": [{ tools: Array.from({ length: 129 }, (_, index) => tool(`t${index}`)) }, /at most 128 tools/],
  "a bad name": [{ tools: [tool("a.b")] }, /`a\.b`/],
};

describe.each(Object.entries(REFUSED))("%s", (_, [body, words]) => {
  verifies("editor.refused-before", "is refused, and no model is asked", async () => {
    const { editor, openai } = await editorBridge([
      { id: "blind", capabilities: { supportsImageToText: false } },
      { id: "seeing", capabilities: { supportsImageToText: true } },
    ]);
    const asking = openai.chat.completions.create({ model: "copilot/blind", messages: HELLO, ...body });
    await expect(asking).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(words) as string,
    });
    expect(editor.sent).toEqual([]);
  });
});

test("arguments of the history that are no object are not made an empty one", async () => {
  const { editor, openai } = await editorBridge();
  const call = { id: "1", type: "function" as const, function: { name: "sky", arguments: "[1]" } };
  const asking = openai.chat.completions.create({
    model: "auto",
    tools: [tool("sky")],
    messages: [
      ...HELLO,
      { role: "assistant", tool_calls: [call] },
      { role: "tool", tool_call_id: "1", content: "blue" },
    ],
  });
  await expect(asking).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining("`sky`") as string,
  });
  expect(editor.sent).toEqual([]);
});
