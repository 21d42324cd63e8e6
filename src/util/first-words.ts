/** What of a host's text says what went wrong. */
/** How a first line ends, or what it is, when the lines behind it are the list that it announces. */
const ANNOUNCES = /[[{:]\s*$|^\d+ validation errors? for /;
/** Where a stack trace begins, of JavaScript or of Python. */
const STACK = /^\s+at\s|^\s*(?:File "|Traceback \()/;

/**
 * The first line, because what follows is mostly the host's stack trace; but a list of faults, such as a validator's, as one line.
 * Text that is longer than what is looked at is the caller's to cut.
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

/** Faults in JSON as `place: message`; `undefined` for what is no JSON, or says no message. */
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
