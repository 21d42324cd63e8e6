/** The routes that concern the whole bridge. */
import { addControlRoutes, type ControlParts } from "./control-routes.ts";
import type { Guard } from "./guard.ts";
import { addHistoryRoutes, type HistoryParts } from "./history-routes.ts";
import { addKeyRoutes, type KeyParts } from "./key-routes.ts";
import { forOperators } from "./operators.ts";
import type { Handler } from "./request-scope.ts";
import type { RouteTable } from "./route-table.ts";
import { addSettingsRoute, type SettingsParts } from "./settings-routes.ts";

export type OperatorParts = ControlParts & KeyParts & HistoryParts & SettingsParts;

export function addOperatorRoutes(routes: RouteTable<Handler>, guard: Guard, parts: OperatorParts): void {
  const add = forOperators(routes, guard);
  addControlRoutes(add, parts);
  addKeyRoutes(add, { ...parts, areNeeded: () => guard.needsKey });
  addHistoryRoutes(add, parts);
  addSettingsRoute(add, parts);
  for (const [action, draining] of [
    ["drain", true],
    ["resume", false],
  ] as const) {
    add("POST", `/hosts/{label}/${action}`, (scope, { label = "" }) => {
      parts.router.pool.drain(label, draining);
      parts.onControl(draining ? "host-drained" : "host-resumed", scope.principal, { label });
      scope.sendJson({ label, draining });
    });
  }
}
