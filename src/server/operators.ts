/** What the routes of those who run the bridge have in common. */
import type { AuditEvent } from "../control/audit/chain.ts";
import type { Principal } from "../turn/principal.ts";
import type { Guard } from "./guard.ts";
import type { Handler } from "./request-scope.ts";
import type { RouteTable } from "./route-table.ts";

/** Called after an operator's action. */
export type OnControl = (
  event: AuditEvent["event"],
  by: Principal,
  about: Readonly<Record<string, unknown>>,
) => void;

export type AddRoute = (method: string, path: string, handler: Handler) => void;

/** Adds routes whose handlers throw BridgeError `forbidden` without the rights of an operator. */
export function forOperators(routes: RouteTable<Handler>, guard: Guard): AddRoute {
  return (method, path, handler) => {
    routes.add(method, path, (scope, params) => {
      guard.checkOperator(scope.principal);
      return handler(scope, params);
    });
  };
}
