/** JSON Schemas in requests: an invalid one is refused here, before it is sent to a host. */
import { BridgeError } from "../turn/error.ts";
import { argumentsFault, schemaFault, type Schema, type SchemaFault } from "../turn/json-schema.ts";

/** The arguments of a tool without a schema. */
const NO_ARGUMENTS: Schema = { type: "object", properties: {} };

/**
 * The schema of a tool's arguments, at `at` in the request.
 *
 * @throws BridgeError `invalid_request` that names the tool and the place in the schema.
 */
export function toolSchema(schema: unknown, at: string, tool: string): Schema {
  if (schema === undefined || schema === null) return NO_ARGUMENTS;
  const fault = argumentsFault(schema);
  if (fault !== undefined) throw refusal(fault, at, ` (the schema of the tool ${shortened(tool)})`);
  return schema as Schema;
}

/**
 * The schema of the answer's format, if the client gives one.
 *
 * @throws BridgeError `invalid_request` that names the place in the schema.
 */
export function formSchema(schema: unknown, at: string): Schema | undefined {
  if (schema === undefined || schema === null) return undefined;
  const fault =
    typeof schema === "boolean"
      ? { path: [], problem: "must be a JSON Schema that is an object" }
      : schemaFault(schema);
  if (fault !== undefined) throw refusal(fault, at, "");
  return schema as Schema;
}

function refusal({ path, problem }: SchemaFault, at: string, whose: string): BridgeError {
  const param = [at, ...middleCut(path).map(shortened)].join(".");
  return new BridgeError("invalid_request", `${param}: ${problem}${whose}.`, { param });
}

/** A long path is shortened. */
function middleCut(path: readonly string[]): readonly string[] {
  return path.length <= 12 ? path : [...path.slice(0, 4), "…", ...path.slice(-7)];
}

function shortened(name: string): string {
  return name.length <= 40 ? name : `${name.slice(0, 40)}…`;
}
