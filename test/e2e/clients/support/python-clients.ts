/** Calls of Python clients: one process for each virtual environment, many calls at once. */
import { join } from "node:path";
import { createInterface } from "node:readline";
import { cleanEnvironment } from "./environment.ts";
import type { Namespace } from "./namespace.ts";
import { Program, withDeadline } from "./program.ts";

const FOLDER = join(import.meta.dirname, "../python");
/** Seconds after which a client itself gives up; the tests' own limits are lower. */
const CLIENT_TIMEOUT_S = 120;

export interface Call {
  readonly client: string;
  readonly dialect: "chat" | "messages" | "ollama" | "gemini";
  readonly stream: boolean;
  readonly asynchronous?: boolean;
  readonly base: string;
  readonly model: string;
  readonly key: string;
  readonly prompt: string;
  readonly maxTokens?: number | undefined;
  /** How often an official package tries again; undefined: as it does by itself. */
  readonly retries?: number | undefined;
}

export interface Outcome {
  /** The answer in the pieces in which it came. */
  readonly pieces: readonly string[];
  readonly error: { readonly type: string; readonly message: string; readonly status: number | null } | null;
  readonly seconds: number;
}

export interface PythonClients {
  call(call: Call, timeoutMs: number): Promise<Outcome>;
  /** Everything that the clients printed. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts the driver with the client modules named. */
export async function startPythonClients(
  namespace: Namespace,
  options: { readonly bin: string; readonly home: string; readonly modules: readonly string[] },
): Promise<PythonClients> {
  const child = namespace.spawn(
    join(options.bin, "python"),
    [join(FOLDER, "driver.py"), ...options.modules],
    {
      env: {
        ...cleanEnvironment(options.home),
        PYTHONPATH: FOLDER,
        LITELLM_LOCAL_MODEL_COST_MAP: "True",
        LITELLM_TELEMETRY: "False",
      },
    },
  );
  const program = new Program("the Python clients", child);
  const waiting = new Map<number, (outcome: Outcome) => void>();
  if (child.stdout === null || child.stdin === null) throw new Error("The driver has no pipes.");
  const { stdin } = child;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { id, ...outcome } = JSON.parse(line) as Outcome & { id?: number };
    if (id !== undefined) waiting.get(id)?.(outcome);
  });
  await program.until(/"ready"/, 120_000);
  let next = 0;
  return {
    async call({ maxTokens = 1000, ...call }, timeoutMs) {
      const id = next++;
      const outcome = new Promise<Outcome>((resolve) => waiting.set(id, resolve));
      stdin.write(`${JSON.stringify({ id, ...call, max_tokens: maxTokens, timeout: CLIENT_TIMEOUT_S })}\n`);
      return withDeadline(outcome, timeoutMs, () => {
        throw new Error(
          `${call.client} did not end within ${timeoutMs / 1000} s.\n${program.stderr.slice(-4000)}`,
        );
      });
    },
    output: () => program.output,
    stop: () => program.end(),
  };
}
