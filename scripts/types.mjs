// Writes the types of the public API as one file that needs no library's types: what `index` exports and what that names, as `tsc` declares it.
// Types that come from schemas are written out, with the comments of their members.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "oxc-parser";
import { API, NodeBuilderFlags, SymbolFlags, TypeFlags } from "typescript/unstable/sync";

const FLAGS = NodeBuilderFlags.NoTruncation | NodeBuilderFlags.InTypeAlias;

/**
 * @param root the folder of the project
 * @param declared where `tsc` has written a declaration file for each source
 * @param target the file to write
 */
export function writePublicTypes(root, declared, target) {
  const modules = new Map();
  const api = new API({ cwd: root });
  try {
    const config = path.join(root, "tsconfig.build.json");
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
    const printer = new TypePrinter(project, path.join(root, "src"));
    const needed = new Map();
    const outside = new Map();
    const exported = [];
    const need = (name, file) => {
      const module = moduleAt(modules, file);
      const from = module.imports.get(name);
      if (from?.file !== undefined) return need(from.name, from.file);
      if (from !== undefined) {
        if (!from.specifier.startsWith("node:"))
          throw new Error(`${file} shows ${name} of ${from.specifier}.`);
        outside.set(name, from);
        return undefined;
      }
      const found = module.declarations.get(name);
      if (found === undefined) return undefined;
      const known = needed.get(name);
      if (known !== undefined && known.file !== file)
        throw new Error(`${name} is declared in ${known.file} and in ${file}.`);
      if (known !== undefined) return name;
      const entry = { file, text: found.text };
      needed.set(name, entry);
      const isSchema = found.names.some((used) => module.imports.get(used)?.specifier === "zod");
      if (isSchema)
        entry.text = `${found.comment}type ${name} = ${printer.print(name, path.relative(declared, file))};`;
      for (const used of isSchema ? entry.text.match(/\b[A-Z]\w*\b/g) : found.names) {
        if (used !== name) need(used, file);
      }
      return name;
    };
    // First those that stand for schemas, so that what they are part of can name them.
    const { exports } = moduleAt(modules, path.join(declared, "index.d.ts"));
    for (const { name, file } of exports) printer.learn(name, path.relative(declared, file));
    for (const { name, file } of exports) exported.push(need(name, file));
    const lines = [
      ...[...outside].map(
        ([name, from]) =>
          `import type { ${from.name === name ? name : `${from.name} as ${name}`} } from "${from.specifier}";`,
      ),
      ...[...needed.values()].map(({ text }) => text),
      `export { ${exported.toSorted((one, other) => (one < other ? -1 : 1)).join(", ")} };`,
    ];
    writeFileSync(target, `${lines.join("\n\n")}\n`);
  } finally {
    api.close();
  }
}

/** What a declaration file declares, imports and hands on. */
function moduleAt(modules, file) {
  const known = modules.get(file);
  if (known !== undefined) return known;
  const source = readFileSync(file, "utf8");
  const { program, comments } = parseSync(file, source, { lang: "dts" });
  const module = { imports: new Map(), declarations: new Map(), exports: [] };
  modules.set(file, module);
  const fileOf = (specifier) =>
    specifier.startsWith(".")
      ? path.resolve(path.dirname(file), specifier.replace(/\.[jt]s$/, ".d.ts"))
      : undefined;
  for (const statement of program.body) {
    const specifier = statement.source?.value;
    if (statement.type === "ImportDeclaration") {
      for (const { local, imported } of statement.specifiers) {
        module.imports.set(local.name, { name: imported?.name ?? "*", specifier, file: fileOf(specifier) });
      }
    } else if (specifier !== undefined) {
      for (const { local, exported } of statement.specifiers ?? []) {
        module.exports.push({ name: exported.name, file: fileOf(specifier) });
        if (local.name !== exported.name) throw new Error(`${file} renames ${local.name}.`);
      }
    } else {
      const declaration = statement.declaration ?? statement;
      const name = declaration.id?.name ?? declaration.declarations?.[0]?.id.name;
      if (name === undefined) continue;
      const comment = comments.findLast(
        ({ end }) => end <= statement.start && source.slice(end, statement.start).trim() === "",
      );
      const said = comment?.type === "Block" && comment.value.startsWith("*") ? `/*${comment.value}*/\n` : "";
      const text = source.slice(declaration.start, statement.end);
      const ambient = /^(?:declare|interface|type)\b/.test(text) ? text : `declare ${text}`;
      module.declarations.set(name, { comment: said, text: said + ambient, names: namesIn(declaration) });
    }
  }
  return module;
}

/** The names that a declaration uses. */
function namesIn(node) {
  const names = new Set();
  const visit = (value) => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    else if (typeof value === "object" && value !== null) {
      if (value.type === "Identifier") names.add(value.name);
      for (const member of Object.values(value)) visit(member);
    }
  };
  visit(node);
  return [...names];
}

/** Writes types out in full, down to the types that have a name of their own in the public API. */
class TypePrinter {
  #checker;
  #program;
  #sources;
  /** By the type in full. */
  #names = new Map();

  constructor({ checker, program }, sources) {
    this.#checker = checker;
    this.#program = program;
    this.#sources = sources;
  }

  /** Lets what this type is part of show it by its name. */
  learn(name, file) {
    const type = this.#typeOf(name, file);
    if (type !== undefined && type.flags & (TypeFlags.Object | TypeFlags.Union)) {
      const text = this.#inFull(type);
      if (!this.#names.has(text) && text !== name) this.#names.set(text, name);
    }
  }

  print(name, file) {
    return this.#shown(this.#typeOf(name, file), name);
  }

  #typeOf(name, file) {
    const source = this.#program.getSourceFile(path.join(this.#sources, file.replace(/\.d\.ts$/, ".ts")));
    const module = this.#checker.getSymbolAtLocation(source);
    const symbol = this.#checker.getExportsOfModule(module).find((one) => one.name === name);
    if (symbol === undefined) {
      const local = this.#checker.resolveName(name, SymbolFlags.Type, source.endOfFileToken);
      return local && this.#checker.getDeclaredTypeOfSymbol(local);
    }
    return symbol.flags & (SymbolFlags.TypeAlias | SymbolFlags.Interface)
      ? this.#checker.getDeclaredTypeOfSymbol(symbol)
      : undefined;
  }

  #inFull(type) {
    return this.#checker.typeToString(type, undefined, FLAGS);
  }

  #shown(type, own, indent = "") {
    const text = this.#inFull(type);
    const name = this.#names.get(text);
    if (name !== undefined && name !== own) return name;
    if (type.isUnionType()) {
      if (!type.getTypes().some((part) => part.flags & TypeFlags.Object)) return text;
      return type
        .getTypes()
        .map((part) => this.#shown(part, undefined, indent))
        .toSorted((one, other) => Number(one === "undefined") - Number(other === "undefined"))
        .join(" | ");
    }
    if (this.#checker.isArrayType(type)) {
      const [item] = this.#checker.getTypeArguments(type);
      const shown = this.#shown(item, undefined, indent);
      return `readonly ${/[|&]/.test(shown.replace(/\{[\s\S]*\}/, "")) ? `(${shown})` : shown}[]`;
    }
    const members = this.#checker.getPropertiesOfType(type);
    if (!(type.flags & TypeFlags.Object) || /^\w+$/.test(text) || members.length === 0) return text;
    const inner = `${indent}    `;
    const lines = members.map((member) => {
      const comment = this.#checker.getDocumentationCommentOfSymbol(member);
      const isOptional = (member.flags & SymbolFlags.Optional) !== 0;
      const shown = this.#shown(this.#checker.getTypeOfSymbol(member), undefined, inner);
      const value = isOptional ? shown.replace(/ \| undefined$/, "") : shown;
      const said = comment === "" ? "" : `${inner}/** ${comment.replaceAll(/\s*\n\s*/g, " ")} */\n`;
      return `${said}${inner}readonly ${member.name}${isOptional ? "?" : ""}: ${value};`;
    });
    return `{\n${lines.join("\n")}\n${indent}}`;
  }
}
