/** The page's own files, which the build puts into `dist/ui`. */
import { readFile } from "node:fs/promises";
import { packageFile } from "../util/package.ts";

export interface Asset {
  readonly path: string;
  readonly contentType: string;
  /** @throws Error when the package was not built. */
  readonly read: () => Promise<string>;
}

function asset(name: string, contentType: string): Asset {
  return {
    path: `/ui/${name}`,
    contentType,
    read: () => readFile(packageFile(`dist/ui/${name}`), "utf8"),
  };
}

export const SCRIPT: Asset = asset("page.js", "text/javascript; charset=utf-8");
export const STYLE: Asset = asset("page.css", "text/css; charset=utf-8");
