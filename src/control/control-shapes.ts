/** What the bridge tells those who run it, and what they tell it. Times are milliseconds since the epoch. */
import * as z from "zod";
import { consentPolicy, remember } from "../util/consent-policy.ts";
import type { Immutable } from "../util/shape.ts";

const text = z.string();
const count = z.number().nonnegative();

export const controlState = z.object({
  /** Nothing is sent to any host. */
  stopped: z.boolean(),
  /** What holds for keys that have no word of their own. */
  consent: consentPolicy,
  requests: count,
  approvals: count,
  grants: count,
});
export type ControlState = Immutable<z.output<typeof controlState>>;

export const liveRequest = z.object({
  id: text,
  since: count,
  key: text.nullable(),
  client: text,
  api: text,
  stream: z.boolean(),
  /** The model that the client named, and the one that answers, once the host has said it. */
  asked: text,
  model: text.nullable(),
  host: text.nullable(),
  /** What it waits for: the lender, a place, the host; or it is being answered. */
  state: z.enum(["approval", "queued", "host", "answering"]),
  /** Estimates, unless the host has counted. */
  inputTokens: count.nullable(),
  outputTokens: count,
  /** Until the first piece of the answer. */
  firstMs: count.nullable(),
  notices: z.array(text),
});
export type LiveRequest = Immutable<z.output<typeof liveRequest>>;

/** What the lender is shown of a request, cut and made harmless. */
export const question = z.object({
  key: text.nullable(),
  client: text,
  api: text,
  host: text,
  model: text,
  hints: z.array(text),
  policy: consentPolicy,
  /** Whether the client says to which conversation it belongs, so that an answer can stand for that. */
  hasConversation: z.boolean(),
  /** The first line of the system prompt. */
  system: text.nullable(),
  /** The last words of the newest message. */
  last: text,
  messages: count,
  /** The first of them. */
  tools: z.array(text),
  toolCount: count,
  media: count,
  characters: count,
  inputTokens: count.nullable(),
  maxTokens: count.nullable(),
});
export type Question = Immutable<z.output<typeof question>>;

export const approval = question.extend({ id: text, request: text, askedAt: count, until: count });
export type Approval = Immutable<z.output<typeof approval>>;

export const decision = z.strictObject({
  decision: z.enum(["allow", "deny"]),
  /** Left out: as the policy says under which was asked. */
  remember: remember.optional(),
});
export type Decision = Immutable<z.output<typeof decision>>;

export const grant = z.object({
  id: text,
  key: text.nullable(),
  client: text,
  host: text,
  decision: z.enum(["allow", "deny"]),
  kind: z.enum(["minutes", "conversation"]),
  since: count,
  until: count,
  /** Requests for which nobody was asked because of it. */
  used: count,
});
export type Grant = Immutable<z.output<typeof grant>>;

const changes = <Item extends z.ZodType>(item: Item) =>
  z.object({ changed: z.array(item), gone: z.array(text) });

/** One piece of the live stream: what is new since the piece before; the first has everything. */
export const liveChange = z.object({
  at: count,
  state: controlState,
  /** As in `GET /ready`, where one has changed. */
  hosts: z.array(z.unknown()).optional(),
  requests: changes(liveRequest),
  approvals: changes(approval),
  grants: changes(grant),
});
export type LiveChange = Immutable<z.output<typeof liveChange>>;
