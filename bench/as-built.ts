import { rmSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type BuildOptions, build } from "esbuild";

/** The repository. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Builds a source and calls `use` with the file; it lies in the repository, where libraries are found, and goes afterwards. */
export async function asBuilt<Result>(
  source: string,
  options: BuildOptions,
  use: (file: string) => Promise<Result>,
): Promise<Result> {
  const folder = join(ROOT, "bench", "built");
  try {
    await build({
      absWorkingDir: ROOT,
      entryPoints: [source],
      outdir: folder,
      bundle: true,
      format: "esm",
      platform: "node",
      logLevel: "error",
      ...options,
    });
    return await use(join(folder, `${basename(source, ".ts")}.js`));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A module as users run it: what runs TypeScript here adds a call to each function that is made. */
export function importBuilt<Module>(source: string): Promise<Module> {
  return asBuilt(source, {}, async (file) => (await import(pathToFileURL(file).href)) as Module);
}
