import path from "node:path";
import { apiPage } from "./api.ts";
import { configurationPage } from "./configuration.ts";
import { errorsPage } from "./errors.ts";

const DOCS = path.resolve(import.meta.dirname, "../../docs");

/** The pages that come from the code. */
export const PAGES: readonly { readonly file: string; readonly text: () => string }[] = [
  { file: path.join(DOCS, "errors.md"), text: errorsPage },
  { file: path.join(DOCS, "configuration.md"), text: configurationPage },
  { file: path.join(DOCS, "api.md"), text: apiPage },
];
