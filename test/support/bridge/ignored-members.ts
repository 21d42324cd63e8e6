/** A strict mode for tests: what of a request nobody has looked at. */
import type { Exchange } from "../../../src/dialects/dialect.ts";

/**
 * The members of `body` that were not read while it was decoded and its request was written out, as paths with `*` for the elements of
 * lists, and the messages of the notices: all that does not reach the model.
 */
export function ignoredMembers(body: object, decode: (body: unknown) => Exchange): string[] {
  const read = new Set<string>();
  const { request, notices } = decode(recorded(body, "", read));
  JSON.stringify(request);
  const unread: string[] = [];
  collectUnread(body, "", read, unread);
  return [...new Set(unread.map((path) => path.replaceAll(/\.\d+(?=\.|$)/g, ".*")))].concat(
    notices.map(({ message }) => message),
  );
}

/** The same value; which members of it are read, and of those inside it, is written to `read`. */
function recorded<Value extends object>(value: Value, at: string, read: Set<string>): Value {
  return new Proxy(value, {
    get(target, key, receiver): unknown {
      const member: unknown = Reflect.get(target, key, receiver);
      if (typeof key !== "string" || !Object.hasOwn(target, key)) return member;
      const path = `${at}.${key}`;
      read.add(path);
      return typeof member === "object" && member !== null ? recorded(member, path, read) : member;
    },
  });
}

/** The outermost members that were not read; nulls say nothing. */
function collectUnread(value: object, at: string, read: ReadonlySet<string>, unread: string[]): void {
  for (const [key, member] of Object.entries(value)) {
    const path = `${at}.${key}`;
    if (member === null || member === undefined) continue;
    if (!read.has(path)) unread.push(path.slice(1));
    else if (typeof member === "object") collectUnread(member as object, path, read, unread);
  }
}
