/** What was asked and answered in one request, as an encrypted line of a file (AES-256-GCM). Pure, but for the random nonce. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import * as z from "zod";
import type { RequestRecord, TurnRecord } from "../../observability/metrics.ts";
import { contentAttributes } from "../../observability/otlp/content.ts";
import { ATTRIBUTE } from "../../observability/otlp/names.ts";
import type { Immutable } from "../../util/shape.ts";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const text = z.string().optional();
const keptContent = z.object({
  /** The id of the request, as the log has it. */
  id: z.string(),
  /** Its end, in milliseconds since the epoch. */
  at: z.number(),
  key: text,
  client: z.string(),
  host: text,
  asked: z.string(),
  model: text,
  api: z.string(),
  status: z.number(),
  error: text,
  ms: z.number(),
  notices: z.array(z.string()),
  /** In the form of the GenAI conventions, the newest messages up to a bound. */
  system: z.array(z.unknown()),
  input: z.array(z.unknown()),
  output: z.array(z.unknown()),
});
export type KeptContent = Immutable<z.output<typeof keptContent>>;

/** The content of a request, bounded as what a collector of OpenTelemetry may get. */
export function contentOf(record: RequestRecord, turn: TurnRecord, at: number): KeptContent {
  const { id, askedBy, dialect, status, error, seconds } = record;
  const { host, asked, model, notices, request, answers } = turn;
  const content = contentAttributes(request, answers);
  const list = (name: string): unknown[] => JSON.parse(String(content[name] ?? "[]")) as unknown[];
  return {
    id,
    at,
    key: askedBy.key,
    client: askedBy.client,
    host,
    asked,
    model,
    api: dialect,
    status,
    error,
    ms: Math.round(seconds * 1000),
    notices,
    system: list(ATTRIBUTE.system),
    input: list(ATTRIBUTE.input),
    output: list(ATTRIBUTE.output),
  };
}

/** The id stands in front, by which the line is found; it is authenticated with the rest. */
export function sealedLine(content: KeptContent, key: Buffer): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce);
  cipher.setAAD(Buffer.from(content.id));
  const body = Buffer.concat([cipher.update(JSON.stringify(content), "utf8"), cipher.final()]);
  return `${content.id} ${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url")}`;
}

/** Nothing for a line that was sealed with another key, or was changed or cut. */
export function openedLine(line: string, key: Buffer): KeptContent | undefined {
  const [id = "", sealed = ""] = line.split(" ", 2);
  const bytes = Buffer.from(sealed, "base64url");
  if (bytes.length <= NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(id));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    const body = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
    return keptContent.safeParse(JSON.parse(Buffer.concat([body, decipher.final()]).toString("utf8"))).data;
  } catch {
    return undefined;
  }
}
