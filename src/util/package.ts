/** The package of this code, which may run from sources, compiled, or from a bundle. */
import { existsSync, readFileSync } from "node:fs";

/** The address of a file, by its path in the package. */
export function packageFile(path: string): URL {
  return new URL(path, ROOT);
}

/**
 * The file of a worker thread: beside the source that starts it, or in a bundle a separate entry.
 *
 * @param from the address of that source (`import.meta.url`).
 */
export function workerFile(from: string, name: string): URL {
  const beside = new URL(`./${name}.js`, from);
  return existsSync(beside) ? beside : packageFile(`dist/${name}.js`);
}

const ROOT = packageFolder(new URL(".", import.meta.url));

function packageFolder(folder: URL): URL {
  if (existsSync(new URL("package.json", folder))) return folder;
  const above = new URL("..", folder);
  // Only in a broken installation.
  if (above.href === folder.href) throw new Error("The package has no package.json; install it again.");
  return packageFolder(above);
}

const manifest = JSON.parse(readFileSync(packageFile("package.json"), "utf8")) as {
  name: string;
  version: string;
};

/** The package's name, and whether it is published: before that no text may send people to a registry. */
export const PACKAGE = { name: manifest.name, isPublished: false } as const;

/** The version of this package. */
export const VERSION: string = manifest.version;
