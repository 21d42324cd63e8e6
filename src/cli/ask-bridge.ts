/** Requests of the command line to a running bridge. */
const ANSWER_WITHIN_MS = 5000;

export interface BridgeAddress {
  readonly url: string;
  readonly key: string | undefined;
}

/** What the bridge answered, as JSON where it is any, or why there is no answer. */
export type Reply = { readonly status: number; readonly body: unknown } | { readonly error: string };

export async function askBridge({ url, key }: BridgeAddress, path: string, method = "GET"): Promise<Reply> {
  try {
    const response = await fetch(url + path, {
      method,
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      redirect: "manual",
    });
    const text = await response.text();
    return { status: response.status, body: parsed(text) };
  } catch (error) {
    return { error: reasonOf(error) };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Node's fetch hides the system's error code in the cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error && "code" in cause) return String(cause.code);
  return error.name === "TimeoutError" ? "no answer in time" : error.message;
}
