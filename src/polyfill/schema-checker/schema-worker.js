// @ts-check
/**
 * The thread that checks values against schemas of clients. It may be ended at any moment; only the current check is
 * lost. It is plain JavaScript without imports of ours, because a thread is started from a file as it is, in the
 * sources too; in a bundle it is a separate entry.
 */
import { parentPort } from "node:worker_threads";
import { Ajv2020 } from "ajv/dist/2020.js";

/**
 * @typedef {{ key: string, schema: string, value: string }} Check Both as JSON; `key` identifies the schema.
 * @typedef {import("ajv").ValidateFunction} Validate
 */

/** Limits of the cache of validators: characters of their schemas, and their number. */
const KEPT = { size: 500_000, count: 100 };
const MOST_PROBLEMS = 8;
const LONGEST_PROBLEMS = 2000;

/** @type {import("ajv").Options} */
const OPTIONS = {
  strict: false,
  allErrors: true,
  validateFormats: false,
  coerceTypes: true,
  // A property may be called `constructor` or `toString`.
  ownProperties: true,
  logger: false,
  // Inlined definitions that refer to definitions would double with every level.
  inlineRefs: false,
  // The request's decoder has already checked its form.
  validateSchema: false,
  meta: false,
  code: { optimize: false },
};

/** @type {Map<string, { validate: Validate | undefined, size: number }>} */
const validators = new Map();
let size = 0;

/**
 * `undefined` for a schema that cannot be compiled. Each schema gets its own compiler: a shared one would keep every
 * schema for ever, and one schema could refer to the names in another.
 *
 * @param {Check} check
 */
function validatorFor({ key, schema }) {
  const known = validators.get(key);
  if (known !== undefined) {
    validators.delete(key);
    validators.set(key, known);
    return known.validate;
  }
  /** @type {Validate | undefined} */
  let validate;
  try {
    validate = new Ajv2020(OPTIONS).compile(JSON.parse(schema));
  } catch {
    // It has a reference without a target, or a pattern in another regular expression language.
  }
  validators.set(key, { validate, size: schema.length });
  size += schema.length;
  for (const [oldest, kept] of validators) {
    if (size <= KEPT.size && validators.size <= KEPT.count) break;
    validators.delete(oldest);
    size -= kept.size;
  }
  return validate;
}

/**
 * What is wrong with the value; the value as JSON where it was coerced; nothing where it is valid as it is;
 * `unchecked` where it could not be checked.
 *
 * @param {Check} check
 * @returns {import("./lane.ts").Answer}
 */
function answer(check) {
  const validate = validatorFor(check);
  if (validate === undefined) return { unchecked: true };
  // A value that is neither an object nor a list can be coerced only as a member.
  const holder = { value: JSON.parse(check.value) };
  const place = { parentData: holder, parentDataProperty: "value", rootData: holder };
  /** @type {unknown} */
  const fits = validate(holder.value, { ...place, instancePath: "", dynamicAnchors: {} });
  if (fits === true) {
    const json = JSON.stringify(holder.value);
    return json === check.value ? {} : { json };
  }
  if (fits === false) return { problems: words(validate) };
  // A promise would settle when nobody waits for it any more.
  Promise.resolve(fits).catch(() => undefined);
  return { unchecked: true };
}

/** @param {Validate} validate */
function words({ errors }) {
  const problems = (errors ?? []).slice(0, MOST_PROBLEMS).map(({ instancePath, message, params }) => {
    const detail = "additionalProperty" in params ? ` (${String(params["additionalProperty"])})` : "";
    return `${instancePath === "" ? "the value" : instancePath} ${message ?? "is wrong"}${detail}`;
  });
  return problems.join("; ").slice(0, LONGEST_PROBLEMS);
}

/** @param {Check} check */
function safeAnswer(check) {
  try {
    return answer(check);
  } catch {
    // It refers to itself endlessly.
    return { unchecked: true };
  }
}

parentPort?.on("message", (/** @type {readonly Check[]} */ checks) => {
  for (const check of checks) parentPort?.postMessage(safeAnswer(check));
});
parentPort?.postMessage("ready");
