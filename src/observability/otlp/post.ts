/** One request to a collector (OTLP/HTTP with JSON), and what its answer means by the specification of OTLP. */
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

export interface Destination {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export type Delivery =
  | {
      readonly outcome: "taken";
      /** So many were not, and why. */ readonly rejected: number;
      readonly why: string;
    }
  /** It may be sent again, after so many milliseconds if the collector has said so. */
  | { readonly outcome: "later"; readonly afterMs: number | undefined; readonly why: string }
  | { readonly outcome: "refused"; readonly why: string };

const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** Characters of an answer. */
const LONGEST_ANSWER = 16_384;
const LONGEST_WHY = 200;

/** Never rejects. */
export function post(
  { url, headers, timeoutMs }: Destination,
  body: string,
  signal: AbortSignal,
): Promise<Delivery> {
  return new Promise((resolve) => {
    const later = (why: string): void => resolve({ outcome: "later", afterMs: undefined, why });
    const request = (url.protocol === "https:" ? requestHttps : requestHttp)(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    // A process that has nothing else to do does not wait for a collector.
    request.on("socket", (socket) => socket.unref());
    request.on("error", (error) => {
      later("code" in error && typeof error.code === "string" ? error.code : "no answer");
    });
    request.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (piece: string) => {
        if (text.length < LONGEST_ANSWER) text += piece;
      });
      response.on("error", () => later("the answer broke off"));
      response.on("end", () =>
        resolve(deliveryOf(response.statusCode ?? 0, response.headers["retry-after"], text)),
      );
    });
    request.end(body);
  });
}

export function deliveryOf(status: number, retryAfter: string | undefined, text: string): Delivery {
  const why = `status ${status}`;
  if (RETRYABLE.has(status)) return { outcome: "later", afterMs: delayOf(retryAfter), why };
  if (status < 200 || status >= 300) return { outcome: "refused", why };
  const { rejected, message } = partialSuccess(text);
  return { outcome: "taken", rejected, why: message };
}

/** Seconds, or a date. */
function delayOf(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined;
  const ms = /^\d+$/.test(retryAfter.trim())
    ? Number(retryAfter) * 1000
    : Date.parse(retryAfter) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function partialSuccess(text: string): { readonly rejected: number; readonly message: string } {
  try {
    const { partialSuccess: part } = JSON.parse(text) as {
      partialSuccess?: Readonly<Record<string, unknown>>;
    };
    const { rejectedSpans, rejectedDataPoints, rejectedLogRecords, errorMessage } = part ?? {};
    const rejected = Number(rejectedSpans ?? rejectedDataPoints ?? rejectedLogRecords ?? 0);
    return {
      rejected: Number.isFinite(rejected) ? rejected : 0,
      message: typeof errorMessage === "string" ? errorMessage.slice(0, LONGEST_WHY) : "",
    };
  } catch {
    return { rejected: 0, message: "" };
  }
}
