/** One chat completion of a running bridge, streamed, as programs of ours ask for it: the command line and the extension. */
import { EventSourceParserStream } from "eventsource-parser/stream";
import * as z from "zod";
import { kindOf } from "../dialects/openai-error.ts";
import { bodyOf, headersOf, type ChatCall, type ChatQuestion } from "./chat-request.ts";
import { beginning, reasonOf, type BridgeAddress } from "./ask-bridge.ts";
import { said, say } from "../util/say.ts";

export interface ChatListener {
  /** A piece of the answer, as it comes; the next one waits for it. */
  readonly onText?: (text: string) => void | Promise<void>;
  /** What the bridge says while it waits, such as where to give consent; never the same twice in a row. */
  readonly onWaiting?: (text: string) => void;
}

export interface ChatAnswer {
  /** Which model answered. */
  readonly model: string;
  readonly text: string;
  readonly calls: readonly ChatCall[];
  readonly finishReason: string | undefined;
  /** Tokens; absent where the bridge told none. */
  readonly usage: ChatUsage | undefined;
  /** What of the request was not honoured or approximated. */
  readonly notices: string | undefined;
}

export type ChatUsage = z.output<typeof usage>;

/** Why there is no answer, or no whole one, and what to do. */
export interface ChatFailure {
  /** Of the error, where the bridge told it. */
  readonly code?: string;
  readonly message: string;
  readonly remedy: string;
}

export type ChatOutcome = { readonly answer: ChatAnswer } | { readonly failure: ChatFailure };

/** Characters; no bridge writes more into one event. */
const LONGEST_EVENT = 4_194_304;
/** Characters of an answer that are kept. */
const LONGEST_ANSWER = 16_777_216;

const usage = z.object({ prompt_tokens: z.number(), completion_tokens: z.number() });

const chunk = z.object({
  model: z.string(),
  choices: z.array(
    z.object({
      delta: z.object({
        content: z.string().nullish(),
        tool_calls: z
          .array(
            z.object({
              index: z.int().nonnegative(),
              id: z.string().nullish(),
              function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }),
            }),
          )
          .nullish(),
      }),
      finish_reason: z.string().nullish(),
    }),
  ),
  usage: usage.nullish(),
});

const errorBody = z.object({ error: z.object({ message: z.string(), code: z.string().nullish() }) });

/** Rejects with the signal's reason when it aborts. */
export async function streamChat(
  { url, key }: BridgeAddress,
  question: ChatQuestion,
  listener: ChatListener,
  signal: AbortSignal,
): Promise<ChatOutcome> {
  try {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: headersOf(question, key),
      body: JSON.stringify(bodyOf(question)),
      redirect: "manual",
      signal,
    });
    if (!response.ok) return failureIn(parsed(await beginning(response)));
    return await readAnswer(response, listener);
  } catch (error) {
    signal.throwIfAborted();
    return {
      failure: {
        message: say`The connection to the bridge failed (${reasonOf(error)}).`,
        remedy: say`Look whether the bridge still runs, and at its host's log for it.`,
      },
    };
  }
}

async function readAnswer(response: Response, { onText, onWaiting }: ChatListener): Promise<ChatOutcome> {
  const texts: string[] = [];
  const calls: ChatCall[] = [];
  let [model, size] = ["", 0];
  let finishReason: string | undefined;
  let tokens: ChatUsage | undefined;
  let waiting = "";
  const onComment = (text: string): void => {
    if (text === waiting || text.trim() === "") return;
    waiting = text;
    onWaiting?.(text);
  };
  const events = (response.body ?? new ReadableStream<Uint8Array>())
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream({ maxBufferSize: LONGEST_EVENT, onComment }));
  for await (const { data } of events) {
    if (data === "[DONE]") {
      const notices = response.headers.get("x-mcp-notices") ?? undefined;
      return { answer: { model, text: texts.join(""), calls, finishReason, usage: tokens, notices } };
    }
    const event = parsed(data);
    const piece = chunk.safeParse(event);
    if (!piece.success) return failureIn(event);
    ({ model } = piece.data);
    tokens = piece.data.usage ?? tokens;
    const [choice] = piece.data.choices;
    finishReason = choice?.finish_reason ?? finishReason;
    for (const part of choice?.delta.tool_calls ?? []) {
      size += addCall(calls, part);
    }
    const text = choice?.delta.content ?? "";
    size += text.length;
    if (size > LONGEST_ANSWER) return failureIn({ error: { message: "The answer does not end." } });
    if (text === "") continue;
    texts.push(text);
    await onText?.(text);
  }
  return failureIn({ error: { message: "The answer ended before it was whole." } });
}

type CallPart = NonNullable<z.output<typeof chunk>["choices"][number]["delta"]["tool_calls"]>[number];

/** @returns the characters that it has added. */
function addCall(calls: ChatCall[], { index, id, function: part }: CallPart): number {
  // A call begins behind the last one; what claims to be further on has lost some.
  const at = Math.min(index, calls.length);
  const { id: known, name, input } = calls[at] ?? { id: "", name: "", input: "" };
  const [more, longer] = [part.arguments ?? "", part.name ?? ""];
  calls[at] = { id: id ?? known, name: name + longer, input: input + more };
  return more.length + longer.length + 1;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failureIn(body: unknown): { failure: ChatFailure } {
  const { data } = errorBody.safeParse(body);
  if (data === undefined) {
    return {
      failure: {
        message: say`What answered did not send a chat completion.`,
        remedy: say`Is a proxy or another program between this command and the bridge?`,
      },
    };
  }
  const { message, code } = data.error;
  return {
    failure: {
      ...(code && { code }),
      message,
      remedy: said(kindOf(code ?? "")?.remedy ?? "See docs/errors.md."),
    },
  };
}
