import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The oldest Python that the pinned packages have wheels for. */
const OLDEST = [3, 11] as const;

/**
 * The Python that makes the virtual environments: `MCPTB_CLIENTS_PYTHON`, or `python3` on the path.
 *
 * @throws Error that names what to install.
 */
export async function systemPython(): Promise<string> {
  const python = process.env["MCPTB_CLIENTS_PYTHON"] ?? "python3";
  const probe = "import sys, venv, ensurepip; print(sys.executable, *sys.version_info[:2], sep='\\n')";
  const found = await run(python, ["-c", probe]).catch((error: Error) => {
    throw new Error(
      `The client tests need Python with venv (Debian: apt-get install python3 python3-venv); ` +
        `\`${python}\` does not do: ${error.message}`,
    );
  });
  const [executable = python, major, minor] = found.stdout.trim().split("\n");
  if (Number(major) !== OLDEST[0] || Number(minor) < OLDEST[1]) {
    throw new Error(
      `The client tests need Python ${OLDEST.join(".")} or newer; ${executable} is ${major}.${minor}. ` +
        `Name another one in MCPTB_CLIENTS_PYTHON.`,
    );
  }
  return executable;
}
