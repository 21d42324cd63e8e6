/**
 * Sampling in the legacy era: we send `sampling/createMessage` when a turn comes, as a task where the host
 * declares that it can cancel one (MCP 2025-11-25, Tasks), as a plain request elsewhere.
 */
import type { ClientCapabilities } from "@modelcontextprotocol/server";
import * as z from "zod";
import type { KeepPlace } from "../host.ts";
import type { Carrier, SendOptions } from "./carrier.ts";
import type { Introduction } from "./introduction.ts";
import { withMeta, type Params, type Peer } from "./peer.ts";
import { quirksOf } from "./quirks.ts";

const SAMPLING = "sampling/createMessage";
const created = z.looseObject({ task: z.looseObject({ taskId: z.string() }) });

/** How long a host may keep working for a client that has left before its slot is given to the next turn. */
const ABANDONED_MS = 300_000;
/** The time to live of a task must be finite. */
const DAY_MS = 86_400_000;

/** The carrier of the legacy era: the host accepts requests at any time, and may take `timeoutMs` to answer. */
export function pushTo(peer: Peer, { clientInfo, capabilities }: Introduction, timeoutMs: number): Carrier {
  const asTask = runsTasks(capabilities);
  const { cancel } = quirksOf(clientInfo.name);
  const taskTtl = Math.min(timeoutMs, DAY_MS);
  return {
    cancel: asTask ? "yes" : cancel,
    errors: true,
    slots: undefined,
    async send(params, { signal, onProgress, onAbandoned }: SendOptions) {
      const progress = onProgress === undefined ? undefined : peer.watchProgress(onProgress);
      const asked = progress === undefined ? params : withMeta(params, { progressToken: progress.token });
      try {
        if (asTask) return await pushTask(peer, { ...asked, task: { ttl: taskTtl } }, signal);
        if (cancel === "no") return await pushToTheEnd(peer, asked, signal, onAbandoned);
        return await peer.call(SAMPLING, asked, { signal, notifyCancelled: true });
      } finally {
        progress?.stop();
      }
    },
  };
}

/** Sends a request to a host that cannot cancel: when the client leaves, the host's answer is still awaited for some time. */
async function pushToTheEnd(
  peer: Peer,
  params: Params,
  signal: AbortSignal,
  onAbandoned: KeepPlace | undefined,
): Promise<unknown> {
  signal.throwIfAborted();
  const ending = new AbortController();
  const answer = peer.call(SAMPLING, params, { signal: ending.signal });
  try {
    return await untilAborted(answer, signal);
  } catch (thrown) {
    if (signal.aborted) {
      const timer = setTimeout(() => ending.abort(), ABANDONED_MS).unref();
      const over = (): void => clearTimeout(timer);
      onAbandoned?.(answer.then(over, over));
    }
    throw thrown;
  }
}

/** A task is useful only where it can be cancelled. */
function runsTasks({ tasks }: ClientCapabilities): boolean {
  return tasks?.cancel !== undefined && tasks.requests?.sampling?.createMessage !== undefined;
}

async function pushTask(peer: Peer, params: Params, signal: AbortSignal): Promise<unknown> {
  signal.throwIfAborted();
  // Without the signal: the task can be cancelled only once the host has sent its id.
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
