import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

type Schema = Readonly<Record<string, unknown>>;

/** `problems` are in words for a model. */
export type Checked =
  | { readonly value: unknown; readonly problems?: undefined }
  | { readonly problems: string };

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

  /** The value as it fits, or what is wrong with it. What is inside of it is coerced in place. */
  check(schema: Schema, value: unknown): Checked {
    const validate = this.#validator(schema);
    if (validate === undefined) return { value };
    // A value that is no object or list can be coerced only as a member of something.
    const holder = { value };
    const place = { parentData: holder, parentDataProperty: "value", rootData: holder };
    if (validate(value, { ...place, instancePath: "", dynamicAnchors: {} })) return holder;
    const problems = (validate.errors ?? []).slice(0, 8).map((error) => {
      const detail =
        "additionalProperty" in error.params ? ` (${String(error.params["additionalProperty"])})` : "";
      return `${error.instancePath === "" ? "the value" : error.instancePath} ${error.message ?? "is wrong"}${detail}`;
    });
    return { problems: problems.join("; ") };
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
