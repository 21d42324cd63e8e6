/** Routes by path pattern: `{name}` stands for one segment, `{name+}` for all that follow, up to the text behind it. */
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
  /** The patterns in which nothing stands for anything, by their path; each before all that are not so plain. */
  readonly #plain = new Map<string, Match<Handler>>();
  /** The others, those that say the most first. */
  readonly #variable: Entry<Handler>[] = [];

  /** Those that are to be told to whoever asks for another. */
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

  /** The pattern that is the path; else of those that the path fits the one with the most fixed text. */
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
