// Builds the VS Code extension: what is installed, into extension/out/, and packs that as a .vsix beside it. Needs no network.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { strToU8, zipSync } from "fflate";
import { bundle } from "./build.mjs";

const ROOT = path.resolve(import.meta.dirname, "..");
const SOURCE = path.join(ROOT, "extension");
const STAGED = [
  "package.json",
  "package.nls.json",
  "package.nls.zh-cn.json",
  "l10n",
  "media",
  "pictures",
  "icon.png",
  "README.md",
  "CHANGELOG.md",
];

const ENTRIES = {
  extension: "extension/src/extension.ts",
  "history-worker": "src/control/history/history-worker.js",
  "schema-worker": "src/polyfill/schema-checker/schema-worker.js",
};

/** @returns the folder in which the extension lies as it is installed. */
export async function stage(folder = path.join(SOURCE, "out")) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of STAGED) cpSync(path.join(SOURCE, name), path.join(folder, name), { recursive: true });
  cpSync(path.join(ROOT, "LICENSE"), path.join(folder, "LICENSE.txt"));
  cpSync(path.join(ROOT, "data"), path.join(folder, "data"), { recursive: true });
  await bundle(path.join(folder, "dist"), ENTRIES, ["vscode"]);
  return folder;
}

/** Packs a staged extension in the form that editors install: Open Packaging Conventions with VSIX manifest 2.0. */
export function pack(folder, target) {
  const manifest = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const texts = JSON.parse(readFileSync(path.join(folder, "package.nls.json"), "utf8"));
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  const entries = files.map((file) => [
    `extension/${path.relative(folder, file).split(path.sep).join("/")}`,
    new Uint8Array(readFileSync(file)),
  ]);
  const zip = zipSync(
    {
      "extension.vsixmanifest": strToU8(vsixManifest(manifest, texts)),
      "[Content_Types].xml": strToU8(contentTypes(files)),
      ...Object.fromEntries(entries),
    },
    // The same sources make the same file.
    { level: 9, mtime: new Date("2000-01-01T00:00:00") },
  );
  writeFileSync(target, zip);
  return zip.byteLength;
}

function vsixManifest({ name, publisher, version, engines, categories, keywords }, texts) {
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${xml(name)}" Version="${xml(version)}" Publisher="${xml(publisher)}"/>
    <DisplayName>${xml(texts.displayName)}</DisplayName>
    <Description xml:space="preserve">${xml(texts.description)}</Description>
    <Tags>${xml(keywords.join(","))}</Tags>
    <Categories>${xml(categories.join(","))}</Categories>
    <GalleryFlags>Public</GalleryFlags>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value="${xml(engines.vscode)}"/>
      <Property Id="Microsoft.VisualStudio.Services.GitHubFlavoredMarkdown" Value="true"/>
    </Properties>
    <License>extension/LICENSE.txt</License>
    <Icon>extension/icon.png</Icon>
  </Metadata>
  <Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation>
  <Dependencies/>
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.Changelog" Path="extension/CHANGELOG.md" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.License" Path="extension/LICENSE.txt" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Icons.Default" Path="extension/icon.png" Addressable="true"/>
  </Assets>
</PackageManifest>
`;
}

const TYPES = {
  json: "application/json",
  js: "application/javascript",
  md: "text/markdown",
  png: "image/png",
  txt: "text/plain",
  css: "text/css",
  svg: "image/svg+xml",
};

function contentTypes(files) {
  const endings = [...new Set(["vsixmanifest", ...files.map((file) => path.extname(file).slice(1))])];
  const types = endings.map((ending) => {
    const type = ending === "vsixmanifest" ? "text/xml" : (TYPES[ending] ?? "application/octet-stream");
    return `<Default Extension=".${ending}" ContentType="${type}"/>`;
  });
  return `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${types.join("")}</Types>
`;
}

function xml(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

async function main() {
  const folder = await stage();
  const { name, version } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const target = path.join(SOURCE, `${name}-${version}.vsix`);
  const bytes = pack(folder, target);
  process.stderr.write(`${path.relative(ROOT, target)}: ${(bytes / 1_048_576).toFixed(2)} MiB\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
