import type { ChildProcess } from "node:child_process";

const GRACE_MS = 5000;

/** A child process, with everything that it has written so far. */
export class Program {
  readonly name: string;
  readonly child: ChildProcess;
  /** The exit code; null after a signal. */
  readonly exited: Promise<number | null>;
  stdout = "";
  stderr = "";
  #over = false;

  constructor(name: string, child: ChildProcess) {
    this.name = name;
    this.child = child;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    // A process that dies makes writes to it fail; its exit says so better.
    child.stdin?.on("error", () => undefined);
    this.exited = new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => {
        this.#over = true;
        resolve(code);
      });
    });
    this.exited.catch(() => undefined);
  }

  get output(): string {
    return `${this.stdout}\n${this.stderr}`;
  }

  /** Waits until the output matches. @throws Error with the output when the process ends or the time is up first. */
  async until(pattern: RegExp, timeoutMs: number): Promise<void> {
    const { promise, stop } = this.#matches(pattern);
    try {
      await withDeadline(
        Promise.race([promise, this.exited.then((code) => this.#fail(`ended with ${code}`))]),
        timeoutMs,
        () => this.#fail(`did not write ${String(pattern)} within ${timeoutMs / 1000} s`),
      );
    } finally {
      stop();
    }
  }

  /** Waits for the end of the process. @throws Error with the output when the time is up first. */
  async finished(timeoutMs: number): Promise<number | null> {
    return withDeadline(this.exited, timeoutMs, () => this.#fail(`did not end within ${timeoutMs / 1000} s`));
  }

  /** Ends the process and waits for it; forces it when it does not obey. */
  async end(): Promise<void> {
    if (this.#over) return;
    this.child.kill("SIGTERM");
    const force = setTimeout(() => this.child.kill("SIGKILL"), GRACE_MS);
    await this.exited;
    clearTimeout(force);
  }

  #matches(pattern: RegExp): { promise: Promise<void>; stop: () => void } {
    let stop = (): void => undefined;
    const promise = new Promise<void>((resolve) => {
      const look = (): void => {
        if (pattern.test(this.output)) resolve();
      };
      this.child.stdout?.on("data", look);
      this.child.stderr?.on("data", look);
      stop = () => {
        this.child.stdout?.off("data", look);
        this.child.stderr?.off("data", look);
      };
      look();
    });
    return { promise, stop };
  }

  #fail(what: string): never {
    throw new Error(`${this.name} ${what}. It wrote:\n${this.output.slice(-4000)}`);
  }
}

/** Waits for a promise, or for `late`, which throws, after the time. */
export async function withDeadline<T>(promise: Promise<T>, timeoutMs: number, late: () => never): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), timeoutMs);
  });
  try {
    const first = await Promise.race([promise.then((value) => ({ value })), deadline]);
    return first === "late" ? late() : first.value;
  } finally {
    clearTimeout(timer);
  }
}
