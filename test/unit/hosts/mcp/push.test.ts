import { expect, test } from "vitest";
import type { SendOptions } from "../../../../src/hosts/mcp/carrier.ts";
import type { Params, Peer } from "../../../../src/hosts/mcp/peer.ts";
import { pushTo } from "../../../../src/hosts/mcp/push.ts";
import { answer, fail, hang } from "../../../support/hosts/scripts.ts";
import { connectedPeer } from "../../../support/bridge/stream-pair.ts";
import { verifies } from "../../../support/verifies.ts";

const METHOD = "sampling/createMessage";

interface PushOptions extends SendOptions {
  readonly asTask: boolean;
  readonly cancelByNotification: boolean;
}

function options(parts: Partial<PushOptions> = {}): PushOptions {
  const { signal } = new AbortController();
  return { signal, asTask: true, cancelByNotification: true, ...parts };
}

function push(peer: Peer, params: Params, parts: PushOptions): Promise<unknown> {
  const { asTask, cancelByNotification, ...send } = parts;
  const clientInfo = { name: cancelByNotification ? "a host" : "Visual Studio Code", version: "1" };
  const tasks = { cancel: {}, requests: { sampling: { createMessage: {} } } };
  const capabilities = asTask ? { sampling: {}, tasks } : { sampling: {} };
  return pushTo(peer, { clientInfo, capabilities, revision: "2025-11-25" }, 5000).send(params, send);
}

const methods = (received: readonly { readonly method?: string }[]): (string | undefined)[] =>
  received.map(({ method }) => method);

verifies("host.task", "a task is created with its time to live and its result fetched", async () => {
  const { peer, host } = await connectedPeer({ tasks: true, script: answer({ content: [] }) });
  expect(await push(peer, { maxTokens: 5 }, options())).toEqual({ content: [] });
  expect(methods(host.received)).toEqual([METHOD, "tasks/result"]);
  expect(host.received[0]?.params).toEqual({ maxTokens: 5, task: { ttl: 5000 } });
  expect(host.received[1]?.params).toEqual({ taskId: "task-1" });
});

verifies("host.task-direct-answer", "a host may answer at once instead of making a task", async () => {
  const { peer, host } = await connectedPeer({ tasks: false, script: answer({ content: [] }) });
  expect(await push(peer, {}, options())).toEqual({ content: [] });
  expect(methods(host.received)).toEqual([METHOD]);
});

verifies("host.task-errors", "errors of the creation and of the result are the request's", async () => {
  const plain = await connectedPeer({ tasks: false, script: fail(-1, "no") });
  await expect(push(plain.peer, {}, options())).rejects.toMatchObject({ code: -1, method: METHOD });
  const task = await connectedPeer({ tasks: true, script: fail(-32_603, "broken") });
  await expect(push(task.peer, {}, options())).rejects.toMatchObject({
    code: -32_603,
    message: "broken",
    method: "tasks/result",
  });
});

verifies("host.task-cancel", "a running task is cancelled by its id and by nothing else", async () => {
  const { peer, host } = await connectedPeer({ tasks: true, script: hang });
  const abort = new AbortController();
  const result = push(peer, {}, options({ signal: abort.signal }));
  const call = await host.next();
  await host.until(() => methods(host.received).includes("tasks/result"));
  abort.abort(new Error("left"));
  await expect(result).rejects.toThrow("left");
  await call.cancelled;
  expect(methods(host.received)).toEqual([METHOD, "tasks/result", "tasks/cancel"]);
});

verifies(
  "host.task-cancel",
  "a client that leaves before the task has an id is still cancelled",
  async () => {
    const { peer, host } = await connectedPeer({ tasks: false, script: hang });
    const abort = new AbortController();
    const result = push(peer, {}, options({ signal: abort.signal }));
    const call = await host.next();
    abort.abort(new Error("left"));
    await expect(result).rejects.toThrow("left");
    expect(methods(host.received)).toEqual([METHOD]);
    call.answer({ task: { taskId: "late" } });
    await host.until(() => methods(host.received).includes("tasks/cancel"));
    expect(host.received.at(-1)?.params).toEqual({ taskId: "late" });
  },
);

test("a direct answer or an error that comes after the client has left is dropped quietly", async () => {
  for (const script of [answer({ content: [] }), fail(-1, "no")]) {
    const { peer, host } = await connectedPeer({ tasks: false, script: hang });
    const abort = new AbortController();
    const result = push(peer, {}, options({ signal: abort.signal }));
    const call = await host.next();
    abort.abort(new Error("left"));
    await expect(result).rejects.toThrow("left");
    await script(call);
    peer.notify("end", {});
    await host.until(() => methods(host.received).includes("end"));
    expect(methods(host.received)).toEqual([METHOD, "end"]);
  }
});

test("a signal that is aborted already sends nothing", async () => {
  const { peer, host } = await connectedPeer();
  const signal = AbortSignal.abort(new Error("left"));
  for (const asTask of [true, false]) {
    await expect(push(peer, {}, options({ signal, asTask }))).rejects.toThrow("left");
  }
  expect(host.received).toEqual([]);
});

verifies(
  "host.cancel-notification",
  "without tasks a notification cancels, where that is allowed",
  async () => {
    for (const cancelByNotification of [true, false]) {
      const { peer, host } = await connectedPeer({ script: hang });
      const abort = new AbortController();
      const result = push(peer, {}, options({ asTask: false, cancelByNotification, signal: abort.signal }));
      const call = await host.next();
      abort.abort(new Error("left"));
      await expect(result).rejects.toThrow("left");
      peer.notify("end", {});
      await host.until(() => methods(host.received).includes("end"));
      expect(call.isCancelled).toBe(cancelByNotification);
    }
  },
);

verifies("host.deltas", "progress of a task is heard until its result has come", async () => {
  for (const tasks of [true, false]) {
    const { peer, host } = await connectedPeer({ tasks, script: hang });
    const seen: unknown[] = [];
    const onProgress = (params: Readonly<Record<string, unknown>>): void => void seen.push(params["message"]);
    const result = push(peer, {}, options({ asTask: tasks, onProgress }));
    const call = await host.next();
    if (tasks) await host.until(() => methods(host.received).includes("tasks/result"));
    call.progress(1, "a");
    call.progress(2, "b");
    call.answer({ content: [] });
    await result;
    call.progress(3, "c");
    expect(seen).toEqual(["a", "b"]);
  }
});
