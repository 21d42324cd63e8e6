/** Finds the part of a host's error text that says what went wrong. */
/** A first line that introduces a list: the lines after it belong to the message. */
const ANNOUNCES = /[[{:]\s*$|^\d+ validation errors? for /;
/** Where a stack trace begins, of JavaScript or of Python. */
const STACK = /^\s+at\s|^\s*(?:File "|Traceback \()/;

/**
 * The first line, because a stack trace mostly follows it; a list of faults, such as a validator's, is joined into
 * one line. The caller cuts texts that are too long.
 */
export function firstWords(text: string): string {
  const lines = text.trim().split(/\r\n|[\r\n]/);
  const [first = ""] = lines;
  const json = /^[^[{"]{0,200}?(?=[[{])/.exec(first);
  const announced = ANNOUNCES.test(first);
  if (json === null && !announced) return first;
  const end = lines.findIndex((line) => STACK.test(line));
  const told = lines.slice(0, announced ? (end < 0 ? lines.length : end) : 1);
  const [intro = ""] = json ?? [];
  const faults = json === null ? undefined : faultsIn(told.join("\n").slice(intro.length));
  return faults === undefined ? told.map((line) => line.trim()).join(" ") : `${intro}${faults}`;
}

/** Faults in a JSON text as `place: message`; `undefined` for a text that is not JSON or has no message. */
function faultsIn(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const faults = (Array.isArray(value) ? (value as unknown[]) : [value]).map(faultIn);
  return faults.includes(undefined) || faults.length === 0 ? undefined : faults.join("; ");
}

function faultIn(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { message, path, error } = value as Readonly<Record<string, unknown>>;
  if (typeof message !== "string") return error === undefined ? undefined : faultIn(error);
  const place = Array.isArray(path) ? path.filter((step) => ["string", "number"].includes(typeof step)) : [];
  return place.length > 0 ? `${place.join(".")}: ${message}` : message;
}
