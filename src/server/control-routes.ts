/** What runs and what waits, and a hand on it, for those who run the bridge. */
import type { Consent } from "../control/consent/consent.ts";
import { decision, type ControlState } from "../control/control-shapes.ts";
import { halt, resume, type Halt } from "../control/halt.ts";
import type { KeyRing } from "../control/keys/key-ring.ts";
import type { Router } from "../routing/router.ts";
import { BridgeError } from "../turn/error.ts";
import { OwnFileError } from "../util/own-file.ts";
import { writeBody } from "../wire/body.ts";
import { sseComment, sseEvent } from "../wire/sse.ts";
import { liveChanges, type LiveSource } from "./live-changes.ts";
import { liveRequests } from "./live-requests.ts";
import type { OpenRequests } from "./open-requests.ts";
import { readBody } from "./operator-body.ts";
import type { AddRoute, OnControl } from "./operators.ts";
import type { Handler, RequestScope } from "./request-scope.ts";
import type { RespondOptions } from "./respond.ts";

export interface ControlParts {
  readonly router: Router;
  readonly requests: OpenRequests;
  readonly consent: Consent;
  readonly halt: Halt;
  readonly keyRing: KeyRing;
  readonly stateDir: string | undefined;
  readonly respond: RespondOptions;
  readonly onControl: OnControl;
}

const MOST_WATCHERS = 32;

export function addControlRoutes(
  add: AddRoute,
  { router, requests, consent, halt: halting, keyRing, stateDir, respond, onControl }: ControlParts,
): void {
  const state = (): ControlState => ({
    stopped: halting.isStopped,
    consent: consent.policy,
    requests: requests.turns,
    approvals: consent.list().length,
    grants: consent.grants().length,
  });
  const source: LiveSource = {
    state,
    hosts: () => router.pool.describe(),
    requests: () => liveRequests(requests.list()),
    approvals: () => consent.list(),
    grants: () => consent.grants(),
    watch(listener) {
      const off = [requests.watch(listener), consent.watch(listener)];
      return () => off.forEach((end) => end());
    },
  };
  let watchers = 0;

  add("GET", "/control", (scope) => scope.sendJson(state()));
  add("POST", "/control/stop", async (scope) => {
    await halt(stateDir).catch(asBridgeError);
    onControl("stopped", scope.principal, {});
    scope.sendJson(state());
  });
  add("POST", "/control/resume", async (scope) => {
    if (await resume(stateDir).catch(asBridgeError)) onControl("resumed", scope.principal, {});
    scope.sendJson(state());
  });

  add("GET", "/control/requests", (scope) => scope.sendJson({ requests: source.requests() }));
  const cancel: Handler = (scope, { id = "" }) => {
    const found = requests.find(id);
    if (found === undefined) throw new BridgeError("not_found", "This request does not run any more.");
    found.abort(
      new BridgeError(
        "cancelled_by_operator",
        "The person who runs the bridge has ended this request. Ask that person.",
      ),
    );
    onControl("request-cancelled", scope.principal, { request: id });
    scope.sendJson({ id, cancelled: true });
  };
  add("DELETE", "/control/requests/{id}", cancel);
  add("POST", "/control/requests/{id}/cancel", cancel);

  add("GET", "/control/approvals", (scope) => scope.sendJson({ approvals: consent.list() }));
  add("POST", "/control/approvals/{id}", async (scope, { id = "" }) => {
    scope.sendJson({ id, ...consent.decide(id, await readBody(scope, decision), scope.principal) });
  });
  add("GET", "/control/grants", (scope) => scope.sendJson({ grants: consent.grants() }));
  const endGrant: Handler = (scope, { id = "" }) => {
    consent.endGrant(id, scope.principal);
    scope.sendJson({ id });
  };
  add("DELETE", "/control/grants/{id}", endGrant);
  add("POST", "/control/grants/{id}/end", endGrant);

  add("GET", "/control/live", async (scope) => {
    if (scope.method === "HEAD") {
      scope.send("", formOf(scope).type);
      return;
    }
    if (watchers >= MOST_WATCHERS) {
      throw new BridgeError("queue_full", "As many watch this bridge as may. Close another page or program.");
    }
    watchers += 1;
    const ended = new AbortController();
    const end = (): void => ended.abort();
    // It lasts as long as its reader wants; a bridge that stops does not wait for it, and a key that is over sees no more.
    const stopping = requests.watch(() => requests.stopping && end());
    const { named } = scope.principal;
    if (named !== undefined) scope.whenEnded(keyRing.watch(named, end));
    scope.whenEnded(() => {
      watchers -= 1;
      stopping();
      end();
    });
    const { type, frame, beat } = formOf(scope);
    scope.outgoing.writeHead(200, {
      "content-type": type,
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    });
    const onWrite = (bytes: number): void => scope.wrote(bytes);
    await writeBody(frames(), scope.outgoing, { stallMs: respond.stallMs, onWrite });

    async function* frames(): AsyncGenerator<string> {
      for await (const change of liveChanges(source, respond.heartbeatMs, ended.signal)) {
        yield change === undefined ? beat : frame(JSON.stringify(change));
      }
    }
  });
}

interface Form {
  readonly type: string;
  readonly frame: (json: string) => string;
  /** What a reader passes over. */
  readonly beat: string;
}

const EVENTS: Form = {
  type: "text/event-stream; charset=utf-8",
  frame: (json) => sseEvent(json),
  beat: sseComment("beat"),
};
const LINES: Form = {
  type: "application/x-ndjson; charset=utf-8",
  frame: (json) => `${json}\n`,
  beat: "\n",
};

function formOf(scope: RequestScope): Form {
  return scope.headers.get("accept")?.includes("application/x-ndjson") === true ? LINES : EVENTS;
}

function asBridgeError(thrown: unknown): never {
  if (!(thrown instanceof OwnFileError)) throw thrown;
  throw new BridgeError(
    "internal",
    "The bridge cannot write in its state directory; its log says why. `mcptb stop` at its machine says so too.",
    { cause: thrown },
  );
}
