/** The requests that run, as those are told who run the bridge. */
import type { LiveRequest } from "../control/control-shapes.ts";
import { sizeOf } from "../control/consent/question.ts";
import type { TurnRequest } from "../turn/request.ts";
import { keyName } from "../turn/principal.ts";
import { oneLine } from "../util/terminal-text.ts";
import type { RequestScope } from "./request-scope.ts";

/** Requests that are told of; a page shows no more. */
const MOST = 500;
const CHARACTERS_A_TOKEN = 4;
const NAME = 200;

/** The newest first. */
export function liveRequests(scopes: readonly RequestScope[]): LiveRequest[] {
  return scopes
    .slice(-MOST)
    .toReversed()
    .flatMap((scope) => liveRequest(scope) ?? []);
}

/** Nothing for one whose body has not been read. */
function liveRequest(scope: RequestScope): LiveRequest | undefined {
  const { id, turn, principal, dialect } = scope;
  if (turn === undefined) return undefined;
  const { usage, characters, firstContent, host, model } = turn;
  return {
    id,
    since: scope.since,
    key: keyName(principal) ?? null,
    client: oneLine(principal.agent, NAME),
    api: dialect.id,
    stream: turn.stream,
    asked: oneLine(turn.asked, NAME),
    model: model === undefined ? null : oneLine(model, NAME),
    host: host ?? null,
    state: turn.state,
    inputTokens: usage?.inputTokens ?? roughTokens(turn.request),
    outputTokens: usage?.outputTokens ?? Math.ceil(characters / CHARACTERS_A_TOKEN),
    firstMs: firstContent === undefined ? null : Math.round(firstContent * 1000),
    notices: [...turn.notices],
  };
}

const rough = new WeakMap<TurnRequest, number>();

/** Counted once, and only where somebody looks. */
function roughTokens(request: TurnRequest): number {
  const known = rough.get(request);
  if (known !== undefined) return known;
  const { characters } = sizeOf([...request.system, ...request.messages.flatMap(({ parts }) => parts)]);
  const tokens = Math.ceil(characters / CHARACTERS_A_TOKEN);
  rough.set(request, tokens);
  return tokens;
}
