/** To which trace of OpenTelemetry a request belongs, by W3C Trace Context (level 2). Pure, but for the random ids. */
import { randomBytes } from "node:crypto";
import * as z from "zod";
import type { Immutable } from "../util/shape.ts";

/** One step of a trace. */
export interface Trace {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Whether whoever began it keeps it. */
  readonly sampled: boolean;
  /** What vendors add; passed on as it came. */
  readonly state: string | undefined;
}

const VERSION_0 = "00";
const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const LONGEST = 512;
const SAMPLED = 1;

/** A trace as the members of a message or the headers of a request carry it. */
export const traceContext = z.object({
  traceparent: z.string().regex(FORM).max(LONGEST),
  tracestate: z.string().max(LONGEST).exactOptional(),
});
export type TraceContext = Immutable<z.output<typeof traceContext>>;

/** What the headers say; nothing where they say none, or what is no trace, with which a receiver goes on as without. */
export function parseTrace(parent: unknown, state: unknown): Trace | undefined {
  if (typeof parent !== "string" || parent.length > LONGEST) return undefined;
  const [, version, traceId = "", spanId = "", flags = "", more] = FORM.exec(parent.trim()) ?? [];
  if (version === undefined || version === "ff" || (version === VERSION_0 && more !== undefined))
    return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  const fits = typeof state === "string" && state !== "" && state.length <= LONGEST && !/[^ -~]/.test(state);
  return {
    traceId,
    spanId,
    sampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED,
    state: fits ? state : undefined,
  };
}

/** The next step below one, or the first of a trace of its own. */
export function traceBelow(parent?: Trace): Trace {
  const spanId = randomBytes(8).toString("hex");
  if (parent !== undefined) return { ...parent, spanId };
  return { traceId: randomBytes(16).toString("hex"), spanId, sampled: true, state: undefined };
}

export function contextOf({ traceId, spanId, sampled, state }: Trace): TraceContext {
  return {
    traceparent: `${VERSION_0}-${traceId}-${spanId}-${sampled ? "01" : "00"}`,
    ...(state !== undefined && { tracestate: state }),
  };
}
