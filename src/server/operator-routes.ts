/** Routes that concern the whole bridge: each checks for the rights of an operator first. */
import type { History } from "../control/history/history.ts";
import { USAGE_BY, type UsageQuery } from "../control/history/record.ts";
import { BridgeError } from "../turn/error.ts";
import { addControlRoutes, type ControlParts, type OnControl } from "./control-routes.ts";
import type { Guard } from "./guard.ts";
import type { Handler } from "./request-scope.ts";
import type { RouteTable } from "./route-table.ts";

export interface OperatorParts extends ControlParts {
  readonly history: Pick<History, "totals" | "series" | "requests">;
  /** Called after an operator's action. */
  readonly onControl: OnControl;
}

/** Each handler throws BridgeError `forbidden` without the rights of an operator. */
export function addOperatorRoutes(routes: RouteTable<Handler>, guard: Guard, parts: OperatorParts): void {
  const { router, history, onControl } = parts;
  addControlRoutes(routes, guard, parts);
  for (const [action, draining] of [
    ["drain", true],
    ["resume", false],
  ] as const) {
    routes.add("POST", `/hosts/{label}/${action}`, (scope, { label = "" }) => {
      guard.checkOperator(scope.principal);
      router.pool.drain(label, draining);
      onControl(draining ? "host-drained" : "host-resumed", scope.principal, { label });
      scope.sendJson({ label, draining });
    });
  }
  routes.add("GET", "/usage", async (scope) => {
    guard.checkOperator(scope.principal);
    scope.sendJson(await history.totals(usageQuery(scope.query)));
  });
}

/** @throws BridgeError `invalid_request`. */
function usageQuery(query: URLSearchParams): UsageQuery {
  const by = USAGE_BY.find((one) => one === (query.get("by") ?? "key"));
  if (by === undefined) {
    throw new BridgeError("invalid_request", `by: must be one of ${USAGE_BY.join(", ")}.`, { param: "by" });
  }
  const since = Number(query.get("since") ?? 0);
  if (!Number.isSafeInteger(since) || since < 0) {
    throw new BridgeError("invalid_request", "since: must be milliseconds since the epoch.", {
      param: "since",
    });
  }
  return { by, since };
}
