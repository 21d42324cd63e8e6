import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The oldest Python that the pinned packages have wheels for. */
const OLDEST = [3, 11] as const;

/** Others under the names that they usually have, beside `python3`. */
const OTHERS = ["python3.14", "python3.13", "python3.12", "python3.11"] as const;

/**
 * The Python that makes the virtual environments: `MCPTB_CLIENTS_PYTHON`, or `python3` on the path.
 *
 * @throws Error that names what to install.
 */
export async function systemPython(): Promise<string> {
  const python = process.env["MCPTB_CLIENTS_PYTHON"] ?? "python3";
  const { executable, version } = await probe(python);
  if (!isAtLeast(version, OLDEST)) {
    throw new Error(
      `The client tests need Python ${OLDEST.join(".")} or newer; ${executable} is ${version.join(".")}. ` +
        `Name another one in MCPTB_CLIENTS_PYTHON.`,
    );
  }
  return executable;
}

/**
 * A Python of at least one version and below another: `MCPTB_CLIENTS_PYTHON`, one on the path, or one of pyenv's. `undefined`, told
 * on stderr, where there is none for `whom`.
 */
export async function findPython(
  whom: string,
  { from = OLDEST, below = [4, 0] }: { readonly from?: Version; readonly below?: Version },
): Promise<string | undefined> {
  const named = process.env["MCPTB_CLIENTS_PYTHON"];
  for (const python of named === undefined ? ["python3", ...OTHERS, ...(await pyenvPythons())] : [named]) {
    const found = await probe(python).catch(() => undefined);
    if (found !== undefined && isAtLeast(found.version, from) && !isAtLeast(found.version, below))
      return found.executable;
  }
  process.stderr.write(
    `\nNO PYTHON FROM ${from.join(".")} AND BELOW ${below.join(".")} IS INSTALLED HERE: ${whom} IS NOT RUN.\n\n`,
  );
  return undefined;
}

/** Those of pyenv, in its usual place and beside the one that is in use. */
async function pyenvPythons(): Promise<string[]> {
  const current = await probe("python3").catch(() => undefined);
  const folders = [join(process.env["PYENV_ROOT"] ?? join(homedir(), ".pyenv"), "versions")];
  if (current !== undefined) folders.push(join(current.executable, "../../.."));
  const found: string[] = [];
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => []);
    found.push(...names.map((name) => join(folder, name, "bin/python3")));
  }
  return found;
}

type Version = readonly [major: number, minor: number];

function isAtLeast([major, minor]: Version, [wantedMajor, wantedMinor]: Version): boolean {
  return major === wantedMajor && minor >= wantedMinor;
}

async function probe(python: string): Promise<{ executable: string; version: Version }> {
  const program = "import sys, venv, ensurepip; print(sys.executable, *sys.version_info[:2], sep='\\n')";
  const found = await run(python, ["-c", program]).catch((error: Error) => {
    throw new Error(
      `The client tests need Python with venv (Debian: apt-get install python3 python3-venv); ` +
        `\`${python}\` does not do: ${error.message}`,
    );
  });
  const [executable = python, major, minor] = found.stdout.trim().split("\n");
  return { executable, version: [Number(major), Number(minor)] };
}
