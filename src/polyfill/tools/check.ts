import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

type Schema = Readonly<Record<string, unknown>>;

const REMEMBERED = 500;

/** Checks values against JSON Schemas, which are compiled once. Values are coerced where the schema leaves no doubt. */
export class SchemaChecker {
  readonly #ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    validateFormats: false,
    coerceTypes: true,
    logger: false,
    addUsedSchema: false,
  });
  readonly #compiled = new Map<string, ValidateFunction | undefined>();

  /** What is wrong with the value, in words for a model; `undefined` when it fits. */
  problems(schema: Schema, value: unknown): string | undefined {
    const validate = this.#validator(schema);
    if (validate === undefined || validate(value)) return undefined;
    const problems = (validate.errors ?? []).slice(0, 8).map((error) => {
      const detail =
        "additionalProperty" in error.params ? ` (${String(error.params["additionalProperty"])})` : "";
      return `${error.instancePath === "" ? "the value" : error.instancePath} ${error.message ?? "is wrong"}${detail}`;
    });
    return problems.join("; ");
  }

  /** `undefined` for a schema that does not compile: the client's own check will speak. */
  #validator(schema: Schema): ValidateFunction | undefined {
    const { $schema: _, $id: __, ...plain } = schema;
    const key = JSON.stringify(plain);
    if (this.#compiled.has(key)) return this.#compiled.get(key);
    const validate = this.#compile(plain);
    this.#compiled.set(key, validate);
    const [oldest] = this.#compiled.keys();
    if (this.#compiled.size > REMEMBERED && oldest !== undefined) this.#compiled.delete(oldest);
    return validate;
  }

  #compile(schema: Schema): ValidateFunction | undefined {
    try {
      return this.#ajv.compile(schema);
    } catch {
      return undefined;
    }
  }
}
