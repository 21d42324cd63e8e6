// Builds the package: the program and its libraries as one bundle, so that an installation brings nothing else; the types of
// the public API; and what the libraries' licences ask for. `--no-types` leaves the types out, for tests.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { writePublicTypes } from "./types.mjs";

const ROOT = path.resolve(import.meta.dirname, "..");
/** Programs of their own: the command line, the public API, the threads that check against schemas of clients and keep the history. */
const ENTRIES = {
  main: "src/main.ts",
  index: "src/index.ts",
  "history-worker": "src/control/history/history-worker.js",
  "schema-worker": "src/polyfill/schema-checker/schema-worker.js",
};

/** The MCP SDK's default for checking forms, which we send none of; our servers are given another. It would be a tenth of the bundle. */
const withoutSchemaCompiler = {
  name: "without-schema-compiler",
  setup(build) {
    const filter = /^@modelcontextprotocol\/server\/_shims$/;
    build.onResolve({ filter }, ({ path: name }) => ({ path: name, namespace: "shims" }));
    build.onLoad({ filter, namespace: "shims" }, () => ({
      contents:
        'export { default as process } from "node:process"; export class DefaultJsonSchemaValidator {}',
    }));
  },
};

/**
 * Bundles a program into `folder`, and its page.
 *
 * @param entries its files by the name of what is made of them
 * @param external what the program that runs it has already
 */
export async function bundle(folder, entries = ENTRIES, external = []) {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: entries,
    external,
    outdir: folder,
    bundle: true,
    // What a command does not need is not read when it starts.
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    format: "esm",
    platform: "node",
    target: "node20.19",
    mainFields: ["module", "main"],
    legalComments: "none",
    // Less to read at each start; names stay, for traces of errors.
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: [withoutSchemaCompiler],
    metafile: true,
    // Some libraries are CommonJS and ask for parts of Node in its way.
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
  });
  const libraries = libraryFolders([...Object.keys(metafile.inputs), ...(await bundlePage(folder))]);
  writeFileSync(path.join(folder, "THIRD-PARTY-LICENSES.txt"), licences(libraries));
  writeFileSync(path.join(folder, "sbom.cdx.json"), billOfMaterials(libraries));
}

/** Writes the types of the public API into `folder`, as one file. */
export function writeTypes(folder) {
  const compiler = path.join(ROOT, "node_modules/typescript/bin/tsc");
  const declared = mkdtempSync(path.join(tmpdir(), "mcptb-types-"));
  try {
    const flags = ["-p", path.join(ROOT, "tsconfig.build.json"), "--outDir", declared];
    execFileSync(process.execPath, [compiler, ...flags], { stdio: "inherit" });
    writePublicTypes(ROOT, declared, path.join(folder, "index.d.ts"));
  } finally {
    rmSync(declared, { recursive: true, force: true });
  }
}

/** Builds what browsers load. */
async function bundlePage(folder) {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["src/ui/client/page.ts", "src/ui/client/page.css"],
    outdir: path.join(folder, "ui"),
    bundle: true,
    minify: true,
    format: "esm",
    jsx: "automatic",
    jsxImportSource: "preact",
    platform: "browser",
    target: "es2022",
    legalComments: "none",
    metafile: true,
  });
  return Object.keys(metafile.inputs);
}

/** The folders of the packages that files belong to. */
function libraryFolders(files) {
  const folders = files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  return [...new Set(folders)]
    .toSorted((one, other) => (one < other ? -1 : 1))
    .map((folder) => path.resolve(ROOT, folder));
}

function manifestOf(folder) {
  return JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
}

function licences(folders) {
  const parts = folders.map((folder) => {
    const { name, version, license } = manifestOf(folder);
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? "" : readFileSync(path.join(folder, file), "utf8").trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return `Libraries in this bundle, and their licences.\n\n${parts.join(`\n${"-".repeat(80)}\n\n`)}`;
}

/** CycloneDX 1.6. */
function billOfMaterials(folders) {
  const components = folders.map((folder) => {
    const { name, version, license } = manifestOf(folder);
    const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
    return { type: "library", "bom-ref": purl, name, version, purl, licenses: [{ expression: license }] };
  });
  const { name, version } = manifestOf(ROOT);
  const metadata = { component: { type: "application", name, version } };
  const bill = { bomFormat: "CycloneDX", specVersion: "1.6", version: 1, metadata, components };
  return `${JSON.stringify(bill, undefined, 1)}\n`;
}

async function main(flags) {
  const dist = path.join(ROOT, "dist");
  if (!existsSync(path.join(ROOT, "node_modules/esbuild"))) {
    throw new Error("The build needs its tools; run npm ci first.");
  }
  const began = performance.now();
  const say = (text) => process.stderr.write(`${text}\n`);
  say("Building the bridge into dist/ …");
  rmSync(dist, { recursive: true, force: true });
  await bundle(dist);
  if (!flags.includes("--no-types")) {
    say("Writing the types …");
    writeTypes(dist);
  }
  say(`Built in ${((performance.now() - began) / 1000).toFixed(1)} s.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
