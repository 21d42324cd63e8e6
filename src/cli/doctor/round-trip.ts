/** One real request through the bridge to the host's model and back, as a client streams it. */
import { randomUUID } from "node:crypto";
import { EventSourceParserStream } from "eventsource-parser/stream";
import * as z from "zod";
import { ERROR_KINDS, type ErrorKind } from "../../turn/error.ts";
import { beginning, reasonOf, type BridgeAddress } from "../ask-bridge.ts";
import { fail, ok, type Finding } from "./check.ts";

export interface RoundTripOptions extends BridgeAddress {
  readonly timeoutMs: number;
  /** Called with what the bridge says while it waits, such as where to give consent. */
  readonly onWaiting: (text: string) => void;
}

/** Characters; no bridge writes more into one event of so short an answer. */
const LONGEST_EVENT = 1_048_576;

const errorBody = z.object({ error: z.object({ message: z.string(), code: z.string().nullish() }) });

const chunk = z.object({
  model: z.string(),
  choices: z.array(z.object({ delta: z.object({ content: z.string().nullish() }) })),
});

export async function checkRoundTrip(options: RoundTripOptions): Promise<Finding> {
  const { url, key, timeoutMs } = options;
  const began = performance.now();
  try {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({ model: "auto", stream: true, max_tokens: 100, messages: [question()] }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) return refusal(parsed(await beginning(response)));
    const { model, characters, error } = await readAnswer(response, options.onWaiting);
    if (error !== undefined) return refusal(error);
    const seconds = ((performance.now() - began) / 1000).toFixed(2);
    return ok("round-trip", `${model} answered ${characters} characters in ${seconds} s`);
  } catch (error) {
    const timedOut = error instanceof Error && error.name === "TimeoutError";
    return fail(
      "round-trip",
      timedOut ? `no answer within ${timeoutMs / 1000} s` : `the connection failed (${reasonOf(error)})`,
      "Look whether your host waits for consent, and at its log for this server.",
    );
  }
}

/** Never the same twice: the bridge remembers for a minute what has been refused. */
function question(): object {
  return { role: "user", content: `Reply with the single word OK. (check ${randomUUID().slice(0, 8)})` };
}

interface Answer {
  readonly model: string;
  readonly characters: number;
  readonly error?: unknown;
}

async function readAnswer(response: Response, onWaiting: (text: string) => void): Promise<Answer> {
  let model = "the model";
  let characters = 0;
  let waiting = "";
  const onComment = (text: string): void => {
    if (text === waiting) return;
    waiting = text;
    onWaiting(text);
  };
  const events = (response.body ?? new ReadableStream<Uint8Array>())
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream({ maxBufferSize: LONGEST_EVENT, onComment }));
  for await (const { data } of events) {
    if (data === "[DONE]") return { model, characters };
    const event = parsed(data);
    const piece = chunk.safeParse(event);
    if (!piece.success) return { model, characters, error: event };
    ({ model } = piece.data);
    characters += piece.data.choices[0]?.delta.content?.length ?? 0;
  }
  return { model, characters, error: {} };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function refusal(body: unknown): Finding {
  const { data } = errorBody.safeParse(body);
  if (data === undefined) {
    return fail(
      "round-trip",
      "the answer is no chat completion",
      "Is a proxy between the doctor and the bridge?",
    );
  }
  const kinds: Readonly<Record<string, ErrorKind>> = ERROR_KINDS;
  const { message, code } = data.error;
  return fail("round-trip", message, kinds[code ?? ""]?.remedy ?? "See docs/errors.md.");
}
