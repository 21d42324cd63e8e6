import type * as z from "zod";
import { BridgeError } from "../turn/error.ts";
import { BodyBudget } from "../wire/body-budget.ts";
import type { BodyLimits, RequestScope } from "./request-scope.ts";

/** What people fill in on a page is short. */
const BODY: BodyLimits = { bytes: 65_536, values: 2000, budget: new BodyBudget(4_194_304) };

/** @throws BridgeError `invalid_request` naming the member at fault. */
export async function readBody<Schema extends z.ZodType>(
  scope: RequestScope,
  schema: Schema,
): Promise<z.output<Schema>> {
  const { data, success, error } = schema.safeParse(await scope.readJson(BODY));
  if (success) return data;
  throw refused(error);
}

/** The same of a query. */
export function readQuery<Schema extends z.ZodType>(scope: RequestScope, schema: Schema): z.output<Schema> {
  const { data, success, error } = schema.safeParse(Object.fromEntries(scope.query));
  if (success) return data;
  throw refused(error);
}

function refused({ issues: [issue] }: z.ZodError): BridgeError {
  const param = (issue?.path ?? []).join(".").slice(0, 100);
  const what = issue?.message ?? "it cannot be read";
  return new BridgeError("invalid_request", param === "" ? `${what}.` : `${param}: ${what}.`, { param });
}
