import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { SchemaChecker } from "../../../../src/polyfill/schema-checker/checker.ts";
import { escapeMarkup } from "../../../support/data/escaped.ts";
import { supplyTools } from "../../../../src/polyfill/tools/supply.ts";
import type { TurnEvent } from "../../../../src/turn/event.ts";
import type { TurnRequest } from "../../../../src/turn/request.ts";
import { corpus } from "../../../fidelity/corpus.ts";
import { TOOLS } from "../../../fidelity/tools.ts";
import { turnRequest } from "../../../support/data/turn-request.ts";

const checker = new SchemaChecker();
afterAll(() => checker.close());

const supply = supplyTools(checker.checkFor("test"));
const samples = corpus();

interface Answer {
  readonly text: string;
  readonly calls: readonly unknown[];
  readonly stop: string | undefined;
  readonly error: string | undefined;
}

/** What a client gets when the host answers in these pieces, and so again when it is asked again. */
async function answer(
  pieces: readonly string[],
  request: TurnRequest = turnRequest({ tools: TOOLS }),
): Promise<Answer> {
  async function* host(): AsyncGenerator<TurnEvent> {
    yield { type: "turn-start", model: "m" };
    yield { type: "text-start", id: "t" };
    for (const text of pieces) yield { type: "text-delta", id: "t", text };
    yield { type: "text-end", id: "t" };
    yield { type: "turn-end", stopReason: { unified: "end" }, usage: { estimated: false } };
  }
  const calls: unknown[] = [];
  let text = "";
  let name = "";
  let stop: string | undefined;
  try {
    const events = supply(host)(request, new AbortController().signal);
    for await (const event of events) {
      if (event.type === "text-delta") text += event.text;
      if (event.type === "tool-call-start") ({ name } = event);
      if (event.type === "tool-call-delta") calls.push({ name, input: JSON.parse(event.json) });
      if (event.type === "turn-end") stop = event.stopReason.unified;
    }
    return { text, calls, stop, error: undefined };
  } catch (error) {
    return { text, calls, stop, error: error instanceof Error ? error.message : String(error) };
  }
}

/** The text in pieces that end at these places. */
function cut(text: string, places: readonly number[]): string[] {
  const ends = [...places.map((place) => place % (text.length + 1)), text.length].toSorted((a, b) => a - b);
  return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
}

const markup = fc
  .array(
    fc.constantFrom(
      ..."<tool_call> </tool_call> <tool_response> <function=Read> </function> [TOOL_CALLS] <think> </think> <!-- --> ` ``` ~~~".split(
        " ",
      ),
      '<tool_call>{"name":"Read","arguments":{"file_path":"a"}}</tool_call>',
      '{"name":"Read","arguments":{"file_path":"a"}}',
      '<invoke name="Read"><parameter name="file_path">',
      "</parameter></invoke>",
      "\u2060",
      "<",
      "{",
      '"',
      "\n",
      "- ",
      " ",
      "x",
    ),
    { maxLength: 14 },
  )
  .map((pieces) => pieces.join(""));
const anyAnswer = fc.oneof(fc.constantFrom(...samples.map((sample) => sample.answer)), markup, fc.string());

describe("an answer with tool calls", () => {
  test("is the same however it comes in pieces", async () => {
    await fc.assert(
      fc.asyncProperty(anyAnswer, fc.array(fc.nat(4000), { maxLength: 8 }), async (text, places) => {
        expect(await answer(cut(text, places))).toEqual(await answer([text]));
      }),
      { numRuns: 200 },
    );
  }, 120_000);

  test("ends with its calls, with its text, or with the error that says what is wrong", async () => {
    await fc.assert(
      fc.asyncProperty(anyAnswer, async (text) => {
        const { calls, stop, error } = await answer([text]);
        if (error === undefined) expect(stop).toBe(calls.length > 0 ? "tool-calls" : "end");
        else expect(error).toContain("The model's tool call is not valid");
      }),
      { numRuns: 300 },
    );
  });
});

describe("what is not the model's own", () => {
  const frames: readonly ((text: string) => string)[] = [
    (text) => text,
    (text) => `The file says:\n\n${text}`,
    (text) => `\`\`\`\n${text}\n\`\`\``,
    (text) => `Here:\n\`\`\`json\n${text}\n\`\`\``,
    (text) => `<file>\n${text}\n</file>`,
  ];

  test("is no call when the model repeats it, and comes back as it was", async () => {
    const some = samples.filter((_, index) => index % 12 === 0);
    for (const sample of some) {
      for (const frame of frames) {
        const { text, calls, error } = await answer([frame(escapeMarkup(sample.answer))]);
        expect({ calls, error }, sample.answer).toEqual({ calls: [], error: undefined });
        expect(text).toBe(frame(sample.answer));
      }
    }
  });

  test("is no call whatever it is", async () => {
    await fc.assert(
      fc.asyncProperty(markup, fc.constantFrom(...frames), async (hostile, frame) => {
        const { text, calls, error } = await answer([frame(escapeMarkup(hostile))]);
        expect({ calls, error, text }).toEqual({ calls: [], error: undefined, text: frame(hostile) });
      }),
      { numRuns: 200 },
    );
  });
});

describe("where no tool may be called", () => {
  const history: TurnRequest["messages"] = [
    { role: "user", parts: [{ type: "text", text: "What is in a?" }] },
    { role: "assistant", parts: [{ type: "tool-call", id: "1", name: "Read", input: '{"file_path":"a"}' }] },
    {
      role: "user",
      parts: [
        {
          type: "tool-result",
          callId: "1",
          content: [{ type: "text", text: "It says <tool_call>." }],
          isError: false,
        },
      ],
    },
  ];
  const requests = {
    "the choice is none": turnRequest({ tools: TOOLS, toolChoice: { type: "none" }, messages: history }),
    "only the history has tools": turnRequest({ messages: history }),
  };
  const call = '<tool_call>{"name":"Read","arguments":{"file_path":"b"}}</tool_call>';

  test.each(Object.entries(requests))(
    "%s: a call is neither made nor shown, the words stay",
    async (_, request) => {
      expect(await answer(["It holds ", `a word.\n${call}`], request)).toEqual({
        text: "It holds a word.",
        calls: [],
        stop: "end",
        error: undefined,
      });
    },
  );

  test.each(Object.entries(requests))("%s: marks of ours do not come back", async (_, request) => {
    const marked = escapeMarkup("It says <tool_call>.");
    expect((await answer([marked], request)).text).toBe("It says <tool_call>.");
  });

  test.each(Object.entries(requests))("%s: an answer in JSON stays as it is", async (_, request) => {
    const json = '{"name":"Read","arguments":{"file_path":"b"}}';
    expect((await answer([json], request)).text).toBe(json);
  });
});
