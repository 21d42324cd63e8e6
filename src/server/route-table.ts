/** Routes by path pattern: `{name}` matches one segment, `{name+}` all following segments, up to the text after it. */
export interface Match<Handler> {
  readonly pattern: string;
  readonly methods: ReadonlyMap<string, Handler>;
  readonly params: Readonly<Record<string, string>>;
}

interface Entry<Handler> {
  readonly pattern: string;
  readonly segments: readonly string[];
  readonly methods: Map<string, Handler>;
  readonly isTold: boolean;
}

export class RouteTable<Handler> {
  readonly #entries: Entry<Handler>[] = [];
  /** Patterns without placeholders, by their path; they win over all others. */
  readonly #plain = new Map<string, Match<Handler>>();
  /** The other patterns, the most specific first. */
  readonly #variable: Entry<Handler>[] = [];

  /** The patterns that an error for an unknown path lists. */
  get patterns(): string[] {
    return this.#entries.filter(({ isTold }) => isTold).map(({ pattern }) => pattern);
  }

  add(method: string, pattern: string, handler: Handler, isTold = true): void {
    let entry = this.#entries.find((known) => known.pattern === pattern);
    if (entry === undefined) {
      entry = { pattern, segments: pattern.split("/"), methods: new Map(), isTold };
      this.#entries.push(entry);
      if (!pattern.includes("{")) this.#plain.set(pattern, { pattern, methods: entry.methods, params: {} });
      else {
        const says = fixedLength(pattern);
        const place = this.#variable.findIndex((other) => fixedLength(other.pattern) < says);
        this.#variable.splice(place === -1 ? this.#variable.length : place, 0, entry);
      }
    }
    entry.methods.set(method, handler);
  }

  /** The pattern equal to the path; else the matching one with the most fixed text. */
  find(path: string): Match<Handler> | undefined {
    const plain = this.#plain.get(path);
    if (plain !== undefined) return plain;
    const segments = path.split("/");
    for (const { pattern, segments: wanted, methods } of this.#variable) {
      const params = fit(wanted, segments);
      if (params !== undefined) return { pattern, methods, params };
    }
    return undefined;
  }
}

function fixedLength(pattern: string): number {
  return pattern.replaceAll(/\{[^{}]*\}/g, "").length;
}

function fit(wanted: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index];
    if (value === undefined) return undefined;
    const end = segment.indexOf("}");
    if (!segment.startsWith("{")) {
      if (segment !== value) return undefined;
      continue;
    }
    const toEnd = segment[end - 1] === "+";
    const text = toEnd ? given.slice(index).join("/") : value;
    const after = segment.slice(end + 1);
    if (text.length <= after.length || !text.endsWith(after)) return undefined;
    params[segment.slice(1, toEnd ? end - 1 : end)] = decoded(text.slice(0, text.length - after.length));
    if (toEnd) return params;
  }
  return wanted.length === given.length ? params : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
