// @ts-check
/**
 * The thread in which values are checked against schemas of clients. It may be ended at any moment, and then only what it was
 * doing is lost. It is plain JavaScript and imports nothing of ours, because a thread is started from a file as it is, in the
 * sources too; a bundle has it as an entry of its own.
 */
import { parentPort } from "node:worker_threads";
import { Ajv2020 } from "ajv/dist/2020.js";

/**
 * @typedef {{ key: string, schema: string, value: string }} Check Both as JSON; `key` stands for the schema.
 * @typedef {import("ajv").ValidateFunction} Validate
 */

/** Characters of schemas, and their number, whose validators are kept. */
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
  // Written out at each place, definitions that refer to definitions would double with every level.
  inlineRefs: false,
  // Its form was looked at when it came in.
  validateSchema: false,
  meta: false,
  code: { optimize: false },
};

/** @type {Map<string, { validate: Validate | undefined, size: number }>} */
const validators = new Map();
let size = 0;

/**
 * `undefined` for a schema that cannot be compiled. Each has a compiler of its own: it would keep what it compiled for ever,
 * and the names in one schema would be known to the next.
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
    // It refers to what it does not hold, or has a pattern of another language.
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
 * What is wrong with the value; the value as JSON where it was coerced; nothing where it fits as it is; `unchecked` where
 * nobody can tell.
 *
 * @param {Check} check
 * @returns {import("./lane.ts").Answer}
 */
function answer(check) {
  const validate = validatorFor(check);
  if (validate === undefined) return { unchecked: true };
  // A value that is no object or list can be coerced only as a member of something.
  const holder = { value: JSON.parse(check.value) };
  const place = { parentData: holder, parentDataProperty: "value", rootData: holder };
  /** @type {unknown} */
  const fits = validate(holder.value, { ...place, instancePath: "", dynamicAnchors: {} });
  if (fits === true) {
    const json = JSON.stringify(holder.value);
    return json === check.value ? {} : { json };
  }
  if (fits === false) return { problems: words(validate) };
  // A promise, which settles when nobody looks any more.
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
    // It refers to itself without end.
    return { unchecked: true };
  }
}

parentPort?.on("message", (/** @type {readonly Check[]} */ checks) => {
  for (const check of checks) parentPort?.postMessage(safeAnswer(check));
});
parentPort?.postMessage("ready");
