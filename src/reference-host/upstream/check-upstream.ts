/** Whether an upstream answers, takes the key and has the model, asked before anyone waits for an answer of it. */
import * as z from "zod";
import type { Upstream } from "./ask-upstream.ts";

const WITHIN_MS = 5000;
/** Bytes of a list of models; clouds have hundreds, at some kB each. */
const MOST_BYTES = 4_194_304;
const SHOWN = 8;

const list = z.object({ data: z.array(z.object({ id: z.string() })) });

/**
 * What is wrong and what to do, as sentences; `undefined` when nothing is known to be wrong. An upstream without a list of models is no
 * fault. Never throws.
 */
export async function checkUpstream(
  { api, endpoint, key }: Pick<Upstream, "api" | "endpoint" | "key">,
  models: readonly string[],
): Promise<string | undefined> {
  const url = new URL(endpoint);
  url.pathname = url.pathname.replace(/\/(?:chat\/completions|messages)$/, "/models");
  let status: number;
  let text: string | undefined;
  try {
    const signal = AbortSignal.timeout(WITHIN_MS);
    const response = await fetch(url, { headers: api.headers(key), redirect: "error", signal });
    ({ status } = response);
    text = await bounded(response);
  } catch (error) {
    return `nothing answers at ${url.host} (${reasonOf(error)}); start the model's server, or see whether --upstream is right`;
  }
  if (status === 401 || status === 403) {
    return key === undefined
      ? `${url.host} wants a key (status ${status}); put it into a variable and name that with --key-env`
      : `${url.host} does not take the key (status ${status}); see what is in the variable that --key-env names`;
  }
  if (status >= 500) return `${url.host} answers with status ${status}; it may not be ready yet`;
  const known = status === 200 && text !== undefined ? idsOf(text) : undefined;
  if (known === undefined || known.length === 0) return undefined;
  const missing = models.filter((model) => !known.some((id) => id === model || id === `${model}:latest`));
  if (missing.length === 0) return undefined;
  const others = known.length > SHOWN ? `, and ${known.length - SHOWN} more` : "";
  return `${url.host} does not list ${missing.join(", ")}; it has ${known.slice(0, SHOWN).join(", ")}${others}`;
}

/** The body, or nothing where it is larger than any list. */
async function bounded(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length;
    if (size > MOST_BYTES) return undefined;
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function idsOf(text: string): string[] | undefined {
  try {
    return list.safeParse(JSON.parse(text)).data?.data.map(({ id }) => id);
  } catch {
    return undefined;
  }
}

/** Node's fetch hides the system's error code in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "no answer";
  const { cause } = error;
  if (cause instanceof Error && "code" in cause) return String(cause.code);
  return error.name === "TimeoutError" ? `no answer within ${WITHIN_MS / 1000} s` : "no answer";
}
