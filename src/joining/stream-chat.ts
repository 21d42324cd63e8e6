/** One chat completion of a running bridge, streamed, as programs of ours ask for it: the command line and the extension. */
import { EventSourceParserStream } from "eventsource-parser/stream";
import * as z from "zod";
import { kindOf } from "../dialects/openai-error.ts";
import { beginning, reasonOf, type BridgeAddress } from "./ask-bridge.ts";
import { said, say } from "../util/say.ts";

/** A message as chat completions have it. */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string | readonly object[];
}

export interface ChatQuestion {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  /** Upper bound of the answer in tokens. */
  readonly maxTokens?: number;
}

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
  readonly finishReason: string | undefined;
  /** Tokens; absent where the bridge told none. */
  readonly usage: ChatUsage | undefined;
  /** What of the request was not honoured or approximated. */
  readonly notices: string | undefined;
}

export type ChatUsage = z.output<typeof usage>;

/** Why there is no answer, or no whole one, and what to do. */
export interface ChatFailure {
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
      delta: z.object({ content: z.string().nullish() }),
      finish_reason: z.string().nullish(),
    }),
  ),
  usage: usage.nullish(),
});

const errorBody = z.object({ error: z.object({ message: z.string(), code: z.string().nullish() }) });

/** Rejects with the signal's reason when it aborts. */
export async function streamChat(
  { url, key }: BridgeAddress,
  { model, messages, maxTokens }: ChatQuestion,
  listener: ChatListener,
  signal: AbortSignal,
): Promise<ChatOutcome> {
  try {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({
        model,
        messages,
        stream: true,
        stream_options: { include_usage: true },
        ...(maxTokens !== undefined && { max_tokens: maxTokens }),
      }),
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
      return { answer: { model, text: texts.join(""), finishReason, usage: tokens, notices } };
    }
    const event = parsed(data);
    const piece = chunk.safeParse(event);
    if (!piece.success) return failureIn(event);
    ({ model } = piece.data);
    tokens = piece.data.usage ?? tokens;
    const [choice] = piece.data.choices;
    finishReason = choice?.finish_reason ?? finishReason;
    const text = choice?.delta.content ?? "";
    if (text === "") continue;
    size += text.length;
    if (size > LONGEST_ANSWER) return failureIn({ error: { message: "The answer does not end." } });
    texts.push(text);
    await onText?.(text);
  }
  return failureIn({ error: { message: "The answer ended before it was whole." } });
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
  return { failure: { message, remedy: said(kindOf(code ?? "")?.remedy ?? "See docs/errors.md.") } };
}
