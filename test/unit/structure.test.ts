import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { ERROR_KINDS } from "../../src/turn/error-kinds.ts";

const SRC = path.resolve(import.meta.dirname, "../../src");

/** What each part may import beside itself. Whoever stands higher in the list is nearer to the ground. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  util: [],
  turn: ["util"],
  config: ["util"],
  observability: ["util", "turn", "config"],
  wire: ["util", "turn"],
  dialects: ["util", "turn", "wire"],
  hosts: ["util", "turn", "wire", "config", "observability"],
  polyfill: ["util", "turn", "wire", "config", "observability"],
  "reference-host": ["turn", "wire", "hosts", "util"],
  routing: ["util", "turn", "wire", "config", "observability", "dialects", "hosts", "polyfill"],
  control: ["util", "turn", "config", "observability"],
  recipes: [],
  "client-files": ["recipes", "util"],
  // What crosses to the browser has its shape where it is made; of all that only types are taken.
  ui: ["recipes", "util", "control", "hosts", "turn"],
  server: [
    "control",
    "ui",
    "recipes",
    "turn",
    "wire",
    "config",
    "observability",
    "dialects",
    "hosts",
    "polyfill",
    "routing",
    "util",
  ],
  bridge: [
    "control",
    "server",
    "routing",
    "polyfill",
    "hosts",
    "dialects",
    "wire",
    "turn",
    "config",
    "observability",
    "util",
  ],
  index: ["bridge", "control", "config", "observability", "hosts", "turn", "util"],
  // What every program needs that shares one address with others of its user.
  joining: ["bridge", "hosts", "dialects", "config", "observability", "util"],
  cli: [
    "client-files",
    "control",
    "joining",
    "bridge",
    "server",
    "routing",
    "recipes",
    "dialects",
    "hosts",
    "wire",
    "turn",
    "config",
    "observability",
    "reference-host",
    "util",
  ],
  main: ["cli", "util"],
};

interface Source {
  /** From `src`, with forward slashes. */
  readonly file: string;
  readonly text: string;
  readonly lines: number;
}

const sources: Source[] = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => {
    const text = readFileSync(path.join(SRC, file), "utf8");
    return { file: file.split(path.sep).join("/"), text, lines: text.split("\n").length - 1 };
  });

/** The folder directly under `src`, or the name of a file there. */
function partOf(file: string): string {
  return (file.split("/")[0] ?? "").replace(/\.ts$/, "");
}

/** The files of `src` that a file imports, statically or when it runs. */
function importsOf({ file, text }: Source): string[] {
  const specifiers = [...text.matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(
    ([, found = ""]) => found,
  );
  return specifiers.map((specifier) => path.posix.join(path.posix.dirname(file), specifier));
}

/** The same, without what is imported only as types or only when it is needed. */
function valueImportsOf({ file, text }: Source): string[] {
  const statements = text.matchAll(/^(?:import|export) (?!type )[^;]*?from "(\.[^"]+)"/gm);
  return [...statements].map(([, found = ""]) => path.posix.join(path.posix.dirname(file), found));
}

/** A source without comments, strings and regular expressions: what is left is names. */
function code(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "")
    .replaceAll(/"(?:[^"\\\n]|\\.)*"/g, '""')
    .replaceAll(
      /(?<=[(,=:[!&|?{}\s])\/(?![/*\s])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[dgimsuvy]*/g,
      "/ /",
    );
}

describe("who imports whom", () => {
  test("there are sources to look at, and each belongs to a part", () => {
    expect(sources.length).toBeGreaterThan(80);
    expect([...new Set(sources.map(({ file }) => partOf(file)))].sort()).toEqual(
      Object.keys(MAY_IMPORT).sort(),
    );
  });

  test("every file imports only what is below it", () => {
    const wrong = sources.flatMap((source) => {
      const part = partOf(source.file);
      const allowed = [part, ...(MAY_IMPORT[part] ?? [])];
      const imports = importsOf(source).filter((imported) => !allowed.includes(partOf(imported)));
      return imports.map((imported) => `${source.file} imports ${imported}`);
    });
    expect(wrong).toEqual([]);
  });

  test("the extension uses what is below the command line, never that", () => {
    const folder = path.join(SRC, "../extension/src");
    const texts = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), "utf8"));
    const used = texts.flatMap((text) =>
      [...text.matchAll(/from "\.\.\/\.\.\/src\/([^"]+)"/g)].map(([, file = ""]) => partOf(file)),
    );
    expect(used).toContain("joining");
    const allowed = ["client-files", "index", "joining", "observability", "recipes", "turn", "util"];
    expect([...new Set(used)].filter((part) => !allowed.includes(part))).toEqual([]);
  });

  test("imports are found", () => {
    const source = sources.find(({ file }) => file === "bridge/bridge.ts");
    expect(source && importsOf(source)).toContain("routing/router.ts");
    const lazy = sources.find(({ file }) => file === "cli/program.ts");
    expect(lazy && importsOf(lazy)).toContain("cli/serve.ts");
  });

  test("no part is below itself", () => {
    const below = (part: string, seen: readonly string[] = []): void => {
      expect(seen).not.toContain(part);
      for (const lower of MAY_IMPORT[part] ?? []) below(lower, [...seen, part]);
    };
    below("main");
  });

  test("no file imports itself through others when the program runs", () => {
    const known = new Map(sources.map((source) => [source.file, valueImportsOf(source)]));
    const done = new Set<string>();
    const circles: string[] = [];
    const walk = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path, file].join(" > "));
      if (done.has(file) || path.includes(file)) return;
      for (const imported of known.get(file) ?? []) walk(imported, [...path, file]);
      done.add(file);
    };
    for (const file of known.keys()) walk(file, []);
    expect([...known.values()].flat().length).toBeGreaterThan(500);
    expect(circles).toEqual([]);
  });
});

describe("dialects", () => {
  const dialects = [
    ...new Set(
      sources
        .map(({ file }) => file.split("/"))
        .filter(([part, , file]) => part === "dialects" && file !== undefined),
    ),
  ].map(([, dialect = ""]) => dialect);

  test.each([...new Set(dialects)])("%s has the files that every dialect has", (dialect) => {
    for (const name of ["schema", "decode", "encode", "stream", "error", "index"]) {
      expect(sources.map(({ file }) => file)).toContain(`dialects/${dialect}/${name}.ts`);
    }
  });

  test("there are several, and none knows another", () => {
    expect(new Set(dialects).size).toBeGreaterThan(1);
    for (const source of sources.filter(({ file }) => file.startsWith("dialects/"))) {
      const [, own = "", inside] = source.file.split("/");
      for (const imported of importsOf(source)) {
        const [part, folder, file] = imported.split("/");
        if (part !== "dialects" || file === undefined) continue;
        expect(inside === undefined ? "a shared file" : folder).toBe(own);
      }
    }
  });
});

describe("files", () => {
  test("every file is named in kebab-case and no longer than 400 lines", () => {
    const wrong = sources.filter(
      ({ file, lines }) =>
        lines > 400 || !/^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/.test(file),
    );
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });
});

describe("what stays where it belongs", () => {
  test("the names of the vendors' fields stay in the dialects", () => {
    const errorCodes = new Set(Object.keys(ERROR_KINDS));
    // The command line and the page speak about the settings of clients, and are clients themselves when they try a bridge.
    const exempt = (file: string): boolean =>
      // Models write calls with tags and members of such names.
      ["dialects", "recipes", "client-files", "cli", "ui"].includes(partOf(file)) ||
      // So are these.
      ["chat-request", "prompt-limits", "stream-chat"].some((name) => file === `joining/${name}.ts`) ||
      file.startsWith("polyfill/tools/") ||
      file.startsWith("reference-host/upstream/") ||
      // It knows what the broker calls its limits.
      file === "hosts/cluster/nats.ts";
    for (const { file, text } of sources.filter((source) => !exempt(source.file))) {
      const names = code(text).match(/\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b/g) ?? [];
      expect({ file, names: names.filter((name) => !errorCodes.has(name)) }).toEqual({ file, names: [] });
    }
  });

  test("nothing assumes POSIX: no fixed paths, and signals only where processes are ended", () => {
    for (const { file, text } of sources) {
      expect({ file, found: text.match(/["'`]\/(?:tmp|dev|etc|usr|home|var|proc|bin)\b/) }).toEqual({
        file,
        found: null,
      });
      // Asking first whether there is such a thing assumes nothing.
      const posixOnly = /\bprocess\.(?:getuid|geteuid|umask|getgid)\b(?!\?\.)/;
      expect({ file, found: code(text).match(posixOnly) }).toEqual({
        file,
        found: null,
      });
      if (partOf(file) !== "cli") {
        expect({ file, found: text.match(/"SIG[A-Z]+"|process\.kill\b/) }).toEqual({ file, found: null });
      }
    }
  });

  test("the command line writes to the terminal in one place, where foreign text is made printable", () => {
    const own = ["cli/print.ts", "cli/terminal.ts"];
    for (const { file, text } of sources.filter(({ file }) => partOf(file) === "cli")) {
      const found = code(text).match(/\bstd(?:out|err)\.write|\bconsole\.|\boutput\.write/g) ?? [];
      expect({ file, found: own.includes(file) ? [] : found }).toEqual({ file, found: [] });
    }
  });

  test("stdout belongs to MCP: nobody writes to the console", () => {
    // The recipes are programs for others.
    const own = ["cli", "main", "recipes"];
    for (const { file, text } of sources.filter((source) => !own.includes(partOf(source.file)))) {
      expect({ file, found: code(text).match(/\bconsole\.|process\.stdout\.write/) }).toEqual({
        file,
        found: null,
      });
    }
  });
});
