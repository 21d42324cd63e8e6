/** What the history has for plots and lists, for those who run the bridge. */
import { requestsQuery, seriesQuery } from "../control/history/queries.ts";
import type { Guard } from "./guard.ts";
import { readQuery } from "./operator-body.ts";
import type { OperatorParts } from "./operator-routes.ts";
import type { Handler } from "./request-scope.ts";
import type { RouteTable } from "./route-table.ts";

const JSON_TYPE = "application/json; charset=utf-8";

export function addHistoryRoutes(
  routes: RouteTable<Handler>,
  guard: Guard,
  { history }: Pick<OperatorParts, "history">,
): void {
  routes.add("GET", "/control/history/series", async (scope) => {
    guard.checkOperator(scope.principal);
    scope.send(await history.series(readQuery(scope, seriesQuery)), JSON_TYPE);
  });
  routes.add("GET", "/control/history/requests", async (scope) => {
    guard.checkOperator(scope.principal);
    scope.send(await history.requests(readQuery(scope, requestsQuery)), JSON_TYPE);
  });
}
