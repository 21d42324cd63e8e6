/** Before a turn goes to a host: the lender is asked, where that is wanted. */
import type { Consent } from "../control/consent/consent.ts";
import type { TurnEvents } from "../turn/event.ts";
import type { TurnRequest } from "../turn/request.ts";
import type { RequestScope } from "./request-scope.ts";
import type { TurnWatch } from "./turn-watch.ts";

const MESSAGE = "waiting for whoever runs the bridge to allow this request";

export interface Admitted {
  readonly request: TurnRequest;
  readonly hints: readonly string[];
  readonly inputTokens: number | undefined;
  readonly maxTokens: number;
}

/** Asks once for each host, however many answers the client wants; waiting is told as an event. The question is withdrawn when the request is over. */
export function admission(
  scope: RequestScope,
  turn: TurnWatch,
  consent: Consent,
  about: Admitted,
): (label: string) => TurnEvents {
  const asked = new Map<string, Promise<void> | undefined>();
  let over: AbortController | undefined;

  function askedAt(label: string): Promise<void> | undefined {
    if (asked.has(label)) return asked.get(label);
    if (over === undefined) {
      const withdrawing = new AbortController();
      over = withdrawing;
      scope.whenEnded(() => withdrawing.abort());
    }
    const { principal, dialect } = scope;
    const answer = consent.ask(
      scope.id,
      { ...about, principal, api: dialect.id, host: label },
      AbortSignal.any([scope.signal, over.signal]),
    );
    // The turn that waits gets it; there may be none any more.
    answer?.catch(() => undefined);
    asked.set(label, answer);
    return answer;
  }

  return async function* admit(label) {
    turn.movedTo(label);
    const answer = askedAt(label);
    if (answer === undefined) return;
    yield { type: "turn-wait", reason: "approval", elapsedMs: 0, message: MESSAGE };
    await answer;
    turn.movedTo(label);
  };
}
