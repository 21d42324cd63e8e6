/** The routes of the dialects: their turns, and what they answer without a host. */
import type { CountTokens, Dialect } from "../dialects/dialect.ts";
import { BridgeError } from "../turn/error.ts";
import type { Principal } from "../turn/principal.ts";
import type { OpenRequests } from "./open-requests.ts";
import type { Handler } from "./request-scope.ts";
import type { RouteTable } from "./route-table.ts";
import { serveTurn, type TurnParts } from "./serve-turn.ts";

export interface DialectParts extends TurnParts {
  readonly dialects: readonly Dialect[];
  readonly requests: OpenRequests;
}

/** @param since when the bridge began, which listings of models give as their date. */
export function addDialects(routes: RouteTable<Handler>, parts: DialectParts, since: Date): void {
  for (const dialect of parts.dialects) {
    for (const { path, decode } of [dialect, ...(dialect.alsoAt ?? [])]) {
      routes.add("POST", path, async (scope, params) => {
        checkApi(scope.principal, dialect.id);
        parts.requests.admit(scope);
        await serveTurn(scope, (...asked) => decode(...asked, { params, query: scope.query }), parts);
      });
    }
    for (const local of dialect.local ?? []) {
      const handler: Handler = async (scope, params) => {
        checkApi(scope.principal, dialect.id);
        // Why it is refused does not hang on the body, which may be a file.
        const reads = local.method === "POST" && local.refuses !== true;
        const body = reads ? await scope.readJson(parts.bodies) : undefined;
        const count: CountTokens = (request) => parts.tokens.prompt(request);
        scope.sendJson(
          await local.answer({
            params,
            query: scope.query,
            body,
            headers: scope.headers,
            principal: scope.principal,
            count,
            models: () => ({ listed: parts.router.listModels(scope.principal), since }),
          }),
        );
      };
      routes.add(local.method, local.path, handler, local.refuses !== true);
    }
  }
}

/** @throws BridgeError `outside_scope`. */
function checkApi({ named }: Principal, id: Dialect["id"]): void {
  const apis = named?.scope.apis;
  if (apis === undefined || apis.includes(id)) return;
  throw new BridgeError(
    "outside_scope",
    `The key ${named?.name} may not be used for the API ${id}. APIs of this key: ${apis.join(", ")}.`,
  );
}
