import { Worker } from "node:worker_threads";
import { within } from "../../util/async.ts";
import { workerFile } from "../../util/package.ts";

/** A schema and a value, both as JSON; `key` identifies the schema. */
export interface Check {
  readonly key: string;
  readonly schema: string;
  readonly value: string;
}

/** What is wrong with a value, or the value as JSON where it was coerced; with neither, the value is valid as it is. */
export interface Answer {
  readonly problems?: string;
  readonly json?: string;
  /** Not checked, because the schema cannot be used. */
  readonly unchecked?: true;
  /** Not checked, because there was not enough time. */
  readonly tooSlow?: true;
}

export interface LaneLimits {
  /** Milliseconds for all checks of one job. */
  readonly jobMs: number;
  /** Milliseconds for a thread to start. */
  readonly startMs: number;
  /** Milliseconds without a job after which the thread is ended. */
  readonly idleMs: number;
  /** Characters in all waiting jobs together. */
  readonly waiting: number;
  readonly memoryMb: number;
}

export const LANE_LIMITS: LaneLimits = {
  jobMs: 2000,
  startMs: 10_000,
  idleMs: 60_000,
  waiting: 32_000_000,
  memoryMb: 128,
};

/** How long the start of a new thread waits until a stopped one has ended. */
const ENDS_WITHIN_MS = 2000;

interface Job {
  readonly checks: readonly Check[];
  readonly size: number;
  readonly answers: Answer[];
  readonly finish: (answers: readonly Answer[]) => void;
}

const UNCHECKED: Answer = { unchecked: true };

/**
 * One thread and the jobs that wait for it, served in rotation between their owners. The thread is started when there
 * is a job, has little memory, and is replaced when a job takes too long or makes it exit. A job never fails: a value
 * that could not be checked is marked as unchecked.
 */
export class Lane {
  readonly #limits: LaneLimits;
  /** Jobs by owner; the order of the keys is the rotation. */
  readonly #waiting = new Map<string, Set<Job>>();
  #size = 0;
  #worker: Worker | undefined;
  #ready = false;
  /** Whether a stopped thread may still exist. */
  #ending = false;
  #closed = false;
  #running: Job | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: LaneLimits = LANE_LIMITS) {
    this.#limits = limits;
  }

  /** One answer for each check. Rejects with the signal's reason while the job waits. */
  run(owner: string, checks: readonly Check[], signal: AbortSignal): Promise<readonly Answer[]> {
    const size = checks.reduce((sum, { schema, value }) => sum + schema.length + value.length, 0);
    if (this.#closed || this.#size + size > this.#limits.waiting)
      return Promise.resolve(checks.map(() => UNCHECKED));
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const onAbort = (): void => {
        if (this.#remove(owner, job)) reject(signal.reason);
      };
      const finish = (answers: readonly Answer[]): void => {
        signal.removeEventListener("abort", onAbort);
        resolve(answers);
      };
      const job: Job = { checks, size, answers: [], finish };
      signal.addEventListener("abort", onAbort, { once: true });
      const jobs = this.#waiting.get(owner) ?? new Set();
      this.#waiting.set(owner, jobs.add(job));
      this.#size += size;
      this.#next();
    });
  }

  /** Ends the thread; waiting jobs are answered as unchecked. */
  close(): void {
    this.#closed = true;
    for (const jobs of this.#waiting.values()) for (const job of jobs) finish(job, UNCHECKED);
    this.#waiting.clear();
    this.#stop(UNCHECKED);
  }

  #remove(owner: string, job: Job): boolean {
    const jobs = this.#waiting.get(owner);
    if (jobs?.delete(job) !== true) return false;
    if (jobs.size === 0) this.#waiting.delete(owner);
    this.#size -= job.size;
    return true;
  }

  /** The next job; its owner goes to the end of the rotation. */
  #take(): Job | undefined {
    for (const [owner, jobs] of this.#waiting) {
      const [job] = jobs;
      if (job === undefined) continue;
      this.#remove(owner, job);
      if (jobs.size > 0) {
        this.#waiting.delete(owner);
        this.#waiting.set(owner, jobs);
      }
      return job;
    }
    return undefined;
  }

  #next(): void {
    if (this.#running !== undefined || this.#ending || this.#closed) return;
    clearTimeout(this.#timer);
    this.#running = this.#take();
    if (this.#running === undefined) {
      this.#worker?.unref();
      this.#timer = setTimeout(() => this.#stop(UNCHECKED), this.#limits.idleMs).unref();
      return;
    }
    if (this.#worker === undefined) this.#start();
    // A request waits for it, and no longer than the time limit.
    this.#worker?.ref();
    if (this.#ready) this.#begin(this.#running);
  }

  #start(): void {
    this.#ready = false;
    const { memoryMb, startMs } = this.#limits;
    this.#limit(startMs, UNCHECKED);
    let worker: Worker;
    try {
      worker = new Worker(workerFile(import.meta.url, "schema-worker"), {
        env: {},
        execArgv: [],
        // Otherwise the output of a thread would go to stdout, which belongs to MCP.
        stdout: true,
        stderr: true,
        resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 16 },
      });
    } catch {
      // The process may not be allowed to start threads.
      setImmediate(() => this.#stop(UNCHECKED));
      return;
    }
    this.#worker = worker;
    worker.on("message", (message: "ready" | Answer) => {
      if (worker === this.#worker) this.#onMessage(message);
    });
    worker.on("error", () => {
      // Out of memory, or it could not start: `exit` follows.
    });
    worker.on("exit", () => {
      // Running out of memory during a check is treated like running out of time.
      if (worker === this.#worker) this.#stop(this.#ready ? { tooSlow: true } : UNCHECKED);
    });
  }

  #onMessage(message: "ready" | Answer): void {
    const job = this.#running;
    if (message === "ready") this.#ready = true;
    else job?.answers.push(message);
    if (job === undefined) return;
    if (message === "ready") this.#begin(job);
    else if (job.answers.length === job.checks.length) this.#end(job, UNCHECKED);
  }

  #begin(job: Job): void {
    this.#limit(this.#limits.jobMs, { tooSlow: true });
    this.#worker?.postMessage(job.checks);
  }

  #limit(ms: number, verdict: Answer): void {
    clearTimeout(this.#timer);
    const job = this.#running;
    // An answer may have arrived while this thread was busy: it is read before the time limit applies.
    this.#timer = setTimeout(() => {
      setImmediate(() => {
        if (this.#running === job) this.#stop(verdict);
      });
    }, ms);
  }

  /** Ends the thread and its job; `verdict` is the answer for the check that was running. */
  #stop(verdict: Answer): void {
    clearTimeout(this.#timer);
    const worker = this.#worker;
    this.#worker = undefined;
    this.#ready = false;
    if (worker !== undefined) {
      this.#ending = true;
      within(worker.terminate(), ENDS_WITHIN_MS)
        .catch(() => undefined)
        .finally(() => {
          this.#ending = false;
          this.#next();
        });
    }
    const job = this.#running;
    if (job !== undefined) this.#end(job, verdict);
  }

  #end(job: Job, verdict: Answer): void {
    clearTimeout(this.#timer);
    this.#running = undefined;
    finish(job, verdict);
    this.#next();
  }
}

/** Beside this file in the sources and in a bundle that keeps both in one folder; else at its place in the package. */
/** The first check without an answer is the one that was running. */
function finish({ checks, answers, finish: settle }: Job, verdict: Answer): void {
  settle(checks.map((_, index) => answers[index] ?? (index === answers.length ? verdict : UNCHECKED)));
}
