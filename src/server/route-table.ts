/** Routes by path pattern: `{name}` stands for one segment, `{name+}` for all that follow. */
export interface Match<Handler> {
  readonly pattern: string;
  readonly methods: ReadonlyMap<string, Handler>;
  readonly params: Readonly<Record<string, string>>;
}

interface Entry<Handler> {
  readonly pattern: string;
  readonly segments: readonly string[];
  readonly methods: Map<string, Handler>;
}

export class RouteTable<Handler> {
  readonly #entries: Entry<Handler>[] = [];
  /** The patterns in which nothing stands for anything, by their path; each before all that are not so plain. */
  readonly #plain = new Map<string, Match<Handler>>();

  get patterns(): string[] {
    return this.#entries.map(({ pattern }) => pattern);
  }

  add(method: string, pattern: string, handler: Handler): void {
    let entry = this.#entries.find((known) => known.pattern === pattern);
    if (entry === undefined) {
      entry = { pattern, segments: pattern.split("/"), methods: new Map() };
      this.#entries.push(entry);
      if (!pattern.includes("{")) this.#plain.set(pattern, { pattern, methods: entry.methods, params: {} });
    }
    entry.methods.set(method, handler);
  }

  /** The pattern that is the path; else the first added that the path fits. */
  find(path: string): Match<Handler> | undefined {
    const plain = this.#plain.get(path);
    if (plain !== undefined) return plain;
    const segments = path.split("/");
    for (const { pattern, segments: wanted, methods } of this.#entries) {
      const params = fit(wanted, segments);
      if (params !== undefined) return { pattern, methods, params };
    }
    return undefined;
  }
}

function fit(wanted: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index];
    if (value === undefined) return undefined;
    if (segment.endsWith("+}")) {
      const rest = given.slice(index).join("/");
      params[segment.slice(1, -2)] = decoded(rest);
      return rest === "" ? undefined : params;
    }
    if (segment.startsWith("{")) {
      if (value === "") return undefined;
      params[segment.slice(1, -1)] = decoded(value);
    } else if (segment !== value) return undefined;
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
