import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** A request as a real client shapes it. */
export interface RequestFixture {
  readonly name: string;
  /** Where its shape comes from. */
  readonly provenance: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

const FOLDER = path.resolve(import.meta.dirname, "../../fixtures/requests");

export function requestFixtures(): RequestFixture[] {
  return readdirSync(FOLDER).map((file) => requestFixture(path.basename(file, ".json")));
}

export function requestFixture(name: string): RequestFixture {
  const text = readFileSync(path.join(FOLDER, `${name}.json`), "utf8");
  return { name, ...(JSON.parse(text) as Omit<RequestFixture, "name">) };
}
