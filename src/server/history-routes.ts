/** What the history has for plots and lists, for those who run the bridge. */
import type { History } from "../control/history/history.ts";
import { requestsQuery, seriesQuery, usageQuery } from "../control/history/queries.ts";
import { readQuery } from "./operator-body.ts";
import type { AddRoute } from "./operators.ts";

export interface HistoryParts {
  readonly history: Pick<History, "totals" | "series" | "requests">;
}

const JSON_TYPE = "application/json; charset=utf-8";

export function addHistoryRoutes(add: AddRoute, { history }: HistoryParts): void {
  add("GET", "/control/history/series", async (scope) => {
    scope.send(await history.series(readQuery(scope, seriesQuery)), JSON_TYPE);
  });
  add("GET", "/usage", async (scope) => scope.sendJson(await history.totals(readQuery(scope, usageQuery))));
  add("GET", "/control/history/requests", async (scope) => {
    scope.send(await history.requests(readQuery(scope, requestsQuery)), JSON_TYPE);
  });
}
