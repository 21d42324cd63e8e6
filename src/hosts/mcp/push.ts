/**
 * Sampling in the legacy era: we send `sampling/createMessage` when a turn comes, as a task where the host
 * declares that it can cancel one (MCP 2025-11-25, Tasks), as a plain request elsewhere.
 */
import * as z from "zod";
import type { Params, Peer } from "./peer.ts";

export interface PushOptions {
  readonly signal: AbortSignal;
  readonly asTask: boolean;
  readonly cancelByNotification: boolean;
  /** Milliseconds for which the host should keep the result of a task. */
  readonly taskTtl: number;
  /** Asks the host for progress and gets what it reports. */
  readonly onProgress?: ((params: Params) => void) | undefined;
}

const SAMPLING = "sampling/createMessage";
const created = z.looseObject({ task: z.looseObject({ taskId: z.string() }) });

/** The raw sampling result. Throws what `Peer.call` throws. */
export async function push(peer: Peer, params: Params, options: PushOptions): Promise<unknown> {
  const { signal, asTask, cancelByNotification, onProgress } = options;
  const progress = onProgress === undefined ? undefined : peer.watchProgress(onProgress);
  const asked = progress === undefined ? params : { ...params, _meta: { progressToken: progress.token } };
  try {
    if (asTask) return await pushTask(peer, { ...asked, task: { ttl: options.taskTtl } }, signal);
    return await peer.call(SAMPLING, asked, { signal, notifyCancelled: cancelByNotification });
  } finally {
    progress?.stop();
  }
}

async function pushTask(peer: Peer, params: Params, signal: AbortSignal): Promise<unknown> {
  signal.throwIfAborted();
  // Without the signal: the task can be cancelled only once the host has told us its id.
  const creation = peer.call(SAMPLING, params).then((result) => {
    const task = created.safeParse(result);
    return task.success ? { taskId: task.data.task.taskId } : { result };
  });
  const cancel = (): void => {
    creation
      .then(({ taskId }) => (taskId === undefined ? undefined : peer.call("tasks/cancel", { taskId })))
      .catch(() => undefined);
  };
  signal.addEventListener("abort", cancel, { once: true });
  try {
    const answer = await untilAborted(creation, signal);
    if (answer.taskId === undefined) return answer.result;
    return await peer.call("tasks/result", { taskId: answer.taskId }, { signal });
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
