/** How the page at `/` signs in and out, and how its requests are known. */
import * as z from "zod";
import type { SignIn } from "../control/sign-in.ts";
import { BridgeError } from "../turn/error.ts";
import type { Principal } from "../turn/principal.ts";
import { BodyBudget } from "../wire/body-budget.ts";
import type { Guard } from "./guard.ts";
import type { OnControl } from "./operators.ts";
import type { BodyLimits, Handler, RequestScope } from "./request-scope.ts";
import type { RouteTable } from "./route-table.ts";

export const SESSION_PATH = "/session";
/** The half of a session that only a page of this origin can read. A page of another could send it only after a preflight. */
const PAGE_HEADER = "x-mcptb-page";
const BODY: BodyLimits = { bytes: 16_384, values: 200, budget: new BodyBudget(1_048_576) };

const signingIn = z.strictObject({ token: z.string().max(200).optional() });

export interface SessionParts {
  readonly signIn: SignIn;
  readonly onControl: OnControl;
}

/** Who has signed in on the page that a request comes from, where it says that it comes from there. */
export function sessionOf(scope: RequestScope, signIn: SignIn, guard: Guard): Principal | undefined {
  const half = scope.headers.get(PAGE_HEADER);
  if (half === null || !scope.isOwnOrigin) return undefined;
  const by = signIn.find(cookieOf(scope) ?? "", half);
  return by && { ...guard.again(by), agent: scope.headers.get("user-agent")?.slice(0, 200) ?? "" };
}

/** The path needs no key: what it gives, it gives for a key or a token. */
export function addSession(
  routes: RouteTable<Handler>,
  guard: Guard,
  { signIn, onControl }: SessionParts,
): void {
  function whoAsks(scope: RequestScope): Principal {
    return sessionOf(scope, signIn, guard) ?? guard.checkKey(scope.incoming.headers);
  }

  routes.add("GET", SESSION_PATH, (scope) => {
    const session = attempt(() => sessionOf(scope, signIn, guard));
    const known = session ?? attempt(() => guard.checkKey(scope.incoming.headers));
    const operator = known?.operator ?? false;
    scope.sendJson({ operator, session: session !== undefined, needsKey: guard.needsKey }, 200, NOT_KEPT);
  });

  routes.add("POST", SESSION_PATH, async (scope) => {
    const body = signingIn.safeParse(await scope.readJson(BODY)).data;
    if (body === undefined)
      throw new BridgeError("invalid_request", "The body must be an object with a token, or with nothing.");
    scope.principal = body.token === undefined ? whoAsks(scope) : redeemed(signIn, body.token);
    guard.checkOperator(scope.principal);
    const { cookie, page, seconds } = signIn.open(scope.principal);
    onControl("signed-in", scope.principal, {});
    scope.sendJson({ page, seconds }, 200, { ...NOT_KEPT, "set-cookie": setCookie(scope, cookie, seconds) });
  });

  routes.add("POST", `${SESSION_PATH}/end`, (scope) => {
    signIn.close(cookieOf(scope) ?? "");
    onControl("signed-out", scope.principal, {});
    scope.sendJson({}, 200, { ...NOT_KEPT, "set-cookie": setCookie(scope, "", 0) });
  });

  routes.add("POST", `${SESSION_PATH}/token`, (scope) => {
    guard.checkOperator(scope.principal);
    scope.sendJson(signIn.token(scope.principal), 200, NOT_KEPT);
  });
}

const NOT_KEPT = { "cache-control": "no-store" } as const;

function redeemed(signIn: SignIn, token: string): Principal {
  const by = signIn.redeem(token);
  if (by !== undefined) return by;
  throw new BridgeError(
    "unauthorized",
    "This link was used already, or is older than a minute; `mcptb open` makes a new one.",
  );
}

/** Whoever asks what they may do is told it, and not why they may not. */
function attempt<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

/** Cookies do not know ports, so that each bridge on a machine has a name of its own for its cookie. */
function cookieName({ incoming }: RequestScope): string {
  return `mcptb-${incoming.socket.localPort ?? 0}`;
}

function cookieOf(scope: RequestScope): string | undefined {
  const wanted = `${cookieName(scope)}=`;
  return (scope.headers.get("cookie") ?? "")
    .split(";")
    .map((each) => each.trim())
    .find((each) => each.startsWith(wanted))
    ?.slice(wanted.length);
}

function setCookie(scope: RequestScope, value: string, seconds: number): string {
  return `${cookieName(scope)}=${value}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${seconds}`;
}
