/** One real request through the bridge, as a program on this computer makes it. */
import * as z from "zod";

const ANSWER_WITHIN_MS = 120_000;
const LONGEST_SHOWN = 300;

export interface Tried {
  readonly isGood: boolean;
  /** What the model said and how long it took, or what went wrong. */
  readonly text: string;
  readonly model: string;
  readonly ms: number;
}

const answer = z.object({
  model: z.string(),
  choices: z.array(z.object({ message: z.object({ content: z.string().nullish() }) })).min(1),
});
const failure = z.object({ error: z.object({ message: z.string() }) });

/** @param url the bridge's, without a path. Never rejects. */
export async function tryOut(url: string, key: string | undefined, signal: AbortSignal): Promise<Tried> {
  const began = performance.now();
  const outcome = (isGood: boolean, text: string, model = ""): Tried => ({
    isGood,
    text: text.trim().slice(0, LONGEST_SHOWN),
    model,
    ms: Math.round(performance.now() - began),
  });
  try {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({
        model: "auto",
        messages: [{ role: "user", content: "Reply with the single word OK." }],
      }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    });
    const body: unknown = await response.json();
    const said = answer.safeParse(body).data;
    if (said !== undefined) return outcome(true, said.choices[0]?.message.content ?? "", said.model);
    return outcome(false, failure.safeParse(body).data?.error.message ?? `HTTP ${response.status}`);
  } catch (error) {
    return outcome(false, error instanceof Error ? error.message : String(error));
  }
}
