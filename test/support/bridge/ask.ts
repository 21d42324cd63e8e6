/** A question to the bridge in each dialect, as small as it can be. */
export const PATHS = {
  "openai-chat": "/v1/chat/completions",
  "anthropic-messages": "/v1/messages",
} as const;

export type DialectId = keyof typeof PATHS;

export const DIALECTS = Object.keys(PATHS) as DialectId[];

export interface Question {
  readonly text?: string;
  readonly stream?: boolean;
  readonly signal?: AbortSignal;
  /** Members of the body that replace the usual ones. */
  readonly body?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function ask(url: string, dialect: DialectId, question: Question = {}): Promise<Response> {
  const { text = "Hello?", stream = false, signal, body, headers } = question;
  return fetch(`${url}${PATHS[dialect]}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({
      model: "auto",
      // More than any answer of a test has.
      max_tokens: 1_000_000_000,
      stream,
      messages: [{ role: "user", content: text }],
      ...body,
    }),
    ...(signal !== undefined && { signal }),
  });
}

/** The error object of a body, which both dialects keep under `error`. */
export async function errorOf(
  response: Response,
): Promise<{ readonly message: string; readonly type: string }> {
  const body = (await response.json()) as { error: { message: string; type: string } };
  return body.error;
}
