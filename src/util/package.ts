/** The package that this code belongs to, wherever the code lies in it: as sources, compiled, or in a bundle. */
import { existsSync, readFileSync } from "node:fs";

/** A file of the package, by its path from the package's folder. */
export function packageFile(path: string): URL {
  return new URL(path, ROOT);
}

/**
 * The file of a thread: beside the source that starts it, or in a bundle an entry of its own.
 *
 * @param from the address of that source, as it is now.
 */
export function workerFile(from: string, name: string): URL {
  const beside = new URL(`./${name}.js`, from);
  return existsSync(beside) ? beside : packageFile(`dist/${name}.js`);
}

const ROOT = packageFolder(new URL(".", import.meta.url));

function packageFolder(folder: URL): URL {
  if (existsSync(new URL("package.json", folder))) return folder;
  const above = new URL("..", folder);
  // Only a broken installation has none.
  if (above.href === folder.href) throw new Error("The package has no package.json; install it again.");
  return packageFolder(above);
}

const manifest = JSON.parse(readFileSync(packageFile("package.json"), "utf8")) as {
  name: string;
  version: string;
};

/** What this package is called, and whether a registry has it: until then no text may tell people to fetch it there. */
export const PACKAGE = { name: manifest.name, isPublished: false } as const;

/** The version of this package. */
export const VERSION: string = manifest.version;
