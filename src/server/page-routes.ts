/** The page at `/` and its files, for people who open the address in a browser. They contain nothing that needs a key. */
import type { AddressInfo } from "node:net";
import { targetOf } from "../recipes/recipes.ts";
import { SCRIPT, STYLE } from "../ui/assets.ts";
import { page, PAGE_HEADERS } from "../ui/page.ts";
import { languageOf } from "../util/language.ts";
import type { Handler, RequestScope } from "./request-scope.ts";
import type { RouteTable } from "./route-table.ts";

const HTML = "text/html; charset=utf-8";
const TEXT = "text/plain; charset=utf-8";

/** Paths that are served without a key. */
export const PAGE_PATHS: readonly string[] = ["/", SCRIPT.path, STYLE.path];

export interface PageOptions {
  /** Whether clients currently need a key. */
  readonly needsKey: () => boolean;
  /** The language where the address has none; `auto` follows the browser. */
  readonly lang: string;
}

export function addPage(routes: RouteTable<Handler>, { needsKey, lang }: PageOptions): void {
  routes.add("GET", "/", (scope) => {
    const { greeting } = scope.dialect;
    const isForPerson = scope.headers.get("accept")?.includes("text/html") === true;
    if (greeting !== undefined && !isForPerson) {
      scope.send(greeting, TEXT);
      return;
    }
    const { host } = scope.incoming.headers;
    const url = `http://${host ?? localAuthority(scope)}`;
    const language = languageOf(
      scope.query.get("lang"),
      lang === "auto" ? undefined : lang,
      scope.headers.get("accept-language"),
    );
    const target = targetOf(url, needsKey() ? ["one"] : []);
    scope.send(page(target, language), HTML, 200, { ...PAGE_HEADERS, vary: "Accept-Language" });
  });
  for (const { path, contentType, read } of [SCRIPT, STYLE]) {
    routes.add("GET", path, async (scope) => scope.send(await read(), contentType, 200, PAGE_HEADERS));
  }
}

function localAuthority({ incoming }: RequestScope): string {
  const { address, port } = incoming.socket.address() as AddressInfo;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
