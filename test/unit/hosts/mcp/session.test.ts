import { expect, test, vi } from "vitest";
import { EXTENSION, OFFER } from "../../../../src/hosts/mcp/sampling-stream.ts";
import type { HostSession } from "../../../../src/hosts/mcp/session.ts";
import { collect } from "../../../../src/turn/collect.ts";
import type { TurnEvent, TurnEvents } from "../../../../src/turn/event.ts";
import type { MediaPart, TextPart } from "../../../../src/turn/message.ts";
import { openSession } from "../../../support/hosts/open-session.ts";
import { answer, hang, inTurn, refuse } from "../../../support/hosts/scripts.ts";
import { turnRequest } from "../../../support/data/turn-request.ts";
import { verifies } from "../../../support/verifies.ts";

const never = (): AbortSignal => new AbortController().signal;
const IMAGE: MediaPart = { type: "image", mimeType: "image/png", data: "aGk=" };
const VSCODE = "Visual Studio Code";

function ask(session: HostSession, signal: AbortSignal = never()): ReturnType<typeof collect> {
  return collect(session.run(turnRequest(), signal));
}

/** Reads events until one is no `turn-wait`, and returns all of them. */
async function untilVerdict(events: TurnEvents): Promise<TurnEvent[]> {
  const seen: TurnEvent[] = [];
  for await (const event of events) {
    seen.push(event);
    if (event.type !== "turn-wait") break;
  }
  return seen;
}

test("an answer becomes a turn, and the session remembers its model", async () => {
  const { session } = await openSession({ script: answer("Hi.") });
  expect(session.describe()).toMatchObject({
    name: "scripted-host",
    version: "1.0.0",
    canSample: true,
    consent: "unknown",
    models: [],
    running: 0,
  });
  expect(await ask(session)).toMatchObject({
    model: "scripted/model",
    parts: [{ type: "text", text: "Hi." }],
    stopReason: { unified: "end", raw: "endTurn" },
  });
  expect(session.describe()).toMatchObject({ consent: "granted", models: ["scripted/model"], running: 0 });
});

test("models that have answered are listed, the latest first", async () => {
  const model = (name: string) => answer({ model: name, content: "" });
  const { session } = await openSession({ script: inTurn(model("a"), model("b"), model("b"), model("a")) });
  for (let turn = 0; turn < 4; turn += 1) await ask(session);
  expect(session.describe().models).toEqual(["a", "b"]);
});

verifies("host.no-sampling", "a host without the capability is described as such", async () => {
  const { session } = await openSession({ capabilities: {} });
  expect(session.describe().canSample).toBe(false);
});

verifies("host.concurrent", "turns run side by side and end in any order", async () => {
  const { session, host } = await openSession({ script: hang });
  const turns = Array.from({ length: 20 }, () => ask(session));
  await host.until(() => host.calls.length === 20);
  expect(session.describe().running).toBe(20);
  for (const [index, call] of [...host.calls.entries()].toReversed()) call.answer(`answer ${index}`);
  const texts = (await Promise.all(turns)).map(({ parts }) => (parts[0] as TextPart).text);
  expect(texts).toEqual(turns.map((_, index) => `answer ${index}`));
  expect(session.describe().running).toBe(0);
});

verifies(
  "host.task",
  "a host that declares sampling tasks and cancelling gets a task, others do not",
  async () => {
    const sampling = {};
    const requests = { sampling: { createMessage: {} } };
    const cases: [object, boolean][] = [
      [{ sampling, tasks: { cancel: {}, requests } }, true],
      [{ sampling, tasks: { requests } }, false],
      [{ sampling, tasks: { cancel: {}, requests: { elicitation: { create: {} } } } }, false],
      [{ sampling }, false],
    ];
    for (const [capabilities, expected] of cases) {
      const { session, host } = await openSession({ capabilities: { ...capabilities }, tasks: true });
      await ask(session);
      expect("task" in (host.calls[0]?.params ?? {})).toBe(expected);
    }
  },
);

verifies("host.time-limit", "our limit ends a turn, and the host is told", async () => {
  const { session, host } = await openSession({ script: hang }, { timeoutMs: 20 });
  await expect(ask(session)).rejects.toMatchObject({
    code: "host_timeout",
    message: "The MCP host (scripted-host) did not answer within 0.02 s.",
  });
  await host.calls[0]?.cancelled;
});

verifies("host.time-limit", "without a limit an answer may take days", async () => {
  for (const tasks of [true, false]) {
    const { session, host } = await openSession({ tasks, script: hang }, { timeoutMs: Infinity });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
    const turn = ask(session);
    const call = await host.next();
    await vi.advanceTimersByTimeAsync(7 * 86_400_000);
    vi.useRealTimers();
    call.answer("At last.");
    expect((await turn).parts).toEqual([{ type: "text", text: "At last." }]);
  }
});

verifies("host.time-limit", "without a limit a task still has a finite time to live", async () => {
  const { session, host } = await openSession({ tasks: true }, { timeoutMs: Infinity });
  await ask(session);
  expect(host.calls[0]?.params["task"]).toEqual({ ttl: 86_400_000 });
});

verifies("host.cancel-quirk", "VS Code is not sent a cancellation by notification", async () => {
  for (const [name, expected] of [
    [VSCODE, false],
    ["code-server", false],
    ["some-host", true],
  ] as const) {
    const { session, host } = await openSession({ name, script: hang });
    const abort = new AbortController();
    const turn = ask(session, abort.signal);
    const call = await host.next();
    abort.abort(new Error("left"));
    await expect(turn).rejects.toThrow("left");
    // A tool call passes the same streams behind the cancellation.
    await host.tool("status");
    expect(call.isCancelled).toBe(expected);
  }
});

verifies(
  "host.no-more-than-taken",
  "what a host is sent depends on what it declares and is known for",
  async () => {
    const request = turnRequest({
      temperature: 0.5,
      stopSequences: ["END"],
      messages: [{ role: "user", parts: [{ type: "text", text: "a" }, IMAGE] }],
    });
    for (const [name, capabilities, expected] of [
      ["some-host", { sampling: {} }, { temperature: true, stopSequences: false, messages: 2 }],
      ["some-host", { sampling: { tools: {} } }, { temperature: true, stopSequences: false, messages: 1 }],
      ["pi-mcp-bridge", { sampling: {} }, { temperature: true, stopSequences: false, messages: 2 }],
      ["copilot-cli", { sampling: {} }, { temperature: false, stopSequences: false, messages: 2 }],
      [
        "fast-agent-mcp",
        { sampling: { tools: {} } },
        { temperature: true, stopSequences: false, messages: 1 },
      ],
      [
        "ours",
        { sampling: { tools: {} }, experimental: { [EXTENSION]: OFFER } },
        { temperature: true, stopSequences: true, messages: 1 },
      ],
    ] as const) {
      const { session, host } = await openSession({ name, capabilities });
      await collect(session.run(request, never()));
      const params = host.calls[0]?.params ?? {};
      expect({
        temperature: "temperature" in params,
        stopSequences: "stopSequences" in params,
        messages: (params["messages"] as unknown[]).length,
      }).toEqual(expected);
      expect(params["modelPreferences"]).toEqual(name === "fast-agent-mcp" ? undefined : {});
    }
  },
);

verifies("host.place-kept", "a host that cannot be cancelled is waited for, up to a bound", async () => {
  for (const end of ["answer", "bound"] as const) {
    const { session, host } = await openSession({ name: "mcp-use", script: hang });
    const abort = new AbortController();
    let kept: Promise<void> | undefined;
    const turn = collect(
      session.run(turnRequest(), abort.signal, (until) => {
        kept = until;
      }),
    );
    const call = await host.next();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    abort.abort(new Error("left"));
    await expect(turn).rejects.toThrow("left");
    let free = false;
    const freed = kept?.then(() => (free = true));
    if (end === "bound") await vi.advanceTimersByTimeAsync(299_000);
    else await host.tool("status");
    expect(free).toBe(false);
    if (end === "bound") await vi.advanceTimersByTimeAsync(2000);
    else call.answer("Too late.");
    expect(await freed).toBe(true);
    vi.useRealTimers();
  }
});

test("a consumer that stops reading cancels at the host", async () => {
  const { session, host } = await openSession({ script: hang }, { consentHintMs: 0 });
  for await (const event of session.run(turnRequest(), never())) {
    expect(event.type).toBe("turn-wait");
    break;
  }
  await host.until(() => host.calls[0]?.isCancelled === true);
  expect(session.describe().running).toBe(0);
});

verifies(
  "host.consent-waiting",
  "a first answer that takes long is told as waiting for consent",
  async () => {
    const { session, host } = await openSession({ name: VSCODE, script: hang }, { consentHintMs: 5 });
    const events = untilVerdict(session.run(turnRequest(), never()));
    const call = await host.next();
    await waitingForConsent(session);
    call.answer("Hi.");
    const [wait, start] = await events;
    expect(wait).toMatchObject({
      type: "turn-wait",
      reason: "consent",
      message: expect.stringMatching(/^waiting for the host \(Visual Studio Code\); .*bell icon/),
    });
    expect(start?.type).toBe("turn-start");
    expect(session.describe().consent).toBe("granted");
    // Once permission is known a slow answer is only slow.
    const later = untilVerdict(session.run(turnRequest(), never()));
    const slow = await host.next();
    // A timer that begins after the hint's and is longer.
    await new Promise((resolve) => setTimeout(resolve, 20));
    slow.answer("Hi.");
    expect((await later).map(({ type }) => type)).toEqual(["turn-start"]);
  },
);

async function waitingForConsent(session: HostSession): Promise<void> {
  while (session.describe().consent !== "waiting") await new Promise((resolve) => setImmediate(resolve));
}

test("after a failure that was no refusal nothing is known about consent", async () => {
  const { session, host } = await openSession({ script: hang }, { consentHintMs: 0 });
  const turn = ask(session);
  const call = await host.next();
  await waitingForConsent(session);
  call.fail(-32_603, "broken");
  await expect(turn).rejects.toMatchObject({ code: "host_failed" });
  expect(session.describe().consent).toBe("unknown");
});

verifies("host.consent-denied", "a refusal is remembered until an answer comes", async () => {
  const { session } = await openSession({ script: inTurn(refuse, answer("Hi.")) });
  await expect(ask(session)).rejects.toMatchObject({ code: "consent_denied" });
  expect(session.describe().consent).toBe("denied");
  await ask(session);
  expect(session.describe().consent).toBe("granted");
});

verifies(
  "host.consent-denied",
  "in VS Code one refusal ends all that wait for the same question",
  async () => {
    const { session, host } = await openSession({ name: VSCODE, script: hang, tasks: true });
    const turns = [1, 2, 3].map(() => ask(session));
    await host.until(() => host.calls.length === 3);
    host.calls[1]?.fail(-32_000, "The user has denied permission to call this method.");
    for (const turn of turns) {
      await expect(turn).rejects.toMatchObject({
        code: "consent_denied",
        message: expect.stringMatching(/Configure Model Access/),
      });
    }
    await host.until(() => host.calls[0]?.isCancelled === true && host.calls[2]?.isCancelled === true);
  },
);

verifies("host.error-as-text", "an error that fast-agent sends as an answer is an error", async () => {
  const text = "Error in sampling: Rate limit exceeded";
  const fast = await openSession({ name: "fast-agent-mcp", script: answer(text) });
  await expect(ask(fast.session)).rejects.toMatchObject({ code: "host_rate_limited" });
  expect(fast.session.describe().consent).toBe("unknown");
  const other = await openSession({ script: answer(text) });
  expect((await ask(other.session)).parts).toEqual([{ type: "text", text }]);
});

verifies("host.refused-as-result", "a person who cancels at the host has refused", async () => {
  const cancelled = { role: "user", model: "", content: { type: "text", text: "" }, stopReason: "cancelled" };
  const { session } = await openSession({ name: "copilot-cli", script: answer(cancelled) });
  await expect(ask(session)).rejects.toMatchObject({ code: "consent_denied" });
  expect(session.describe().consent).toBe("denied");
});

verifies("host.content-arrays", "arrays of blocks need the revision and a host that reads them", async () => {
  const request = turnRequest({ messages: [{ role: "user", parts: [{ type: "text", text: "a" }, IMAGE] }] });
  for (const [protocolVersion, name, tools, expected] of [
    ["2025-11-25", "some-host", { tools: {} }, 1],
    ["2025-11-25", "some-host", {}, 2],
    ["2025-06-18", "some-host", { tools: {} }, 2],
    ["2024-11-05", "some-host", { tools: {} }, 2],
    ["2025-11-25", "goose", { tools: {} }, 2],
    ["2025-11-25", VSCODE, {}, 1],
  ] as const) {
    const { session, host } = await openSession({ protocolVersion, name, capabilities: { sampling: tools } });
    await collect(session.run(request, never()));
    expect(host.calls[0]?.params["messages"]).toHaveLength(expected);
  }
});

verifies("host.media", "revisions without audio are hosts without audio", async () => {
  for (const [protocolVersion, audio] of [
    ["2024-11-05", "no"],
    ["2025-03-26", "unknown"],
  ] as const) {
    const { session } = await openSession({ protocolVersion });
    expect(session.describe().abilities).toMatchObject({ images: "unknown", audio });
  }
});

verifies("host.deltas", "pieces of a host that declares them come before its answer", async () => {
  const capabilities = { sampling: {}, experimental: { [EXTENSION]: {} } };
  const { session, host } = await openSession({ capabilities, script: hang }, { consentHintMs: 60_000 });
  expect(session.describe().abilities.deltas).toBe(true);
  const events = session.run(turnRequest(), never())[Symbol.asyncIterator]();
  const first = events.next();
  const call = await host.next();
  call.progress(1, "Hel");
  expect((await first).value).toMatchObject({ type: "turn-start", model: "auto" });
  expect((await events.next()).value).toMatchObject({ type: "text-start" });
  expect((await events.next()).value).toMatchObject({ type: "text-delta", text: "Hel" });
  expect(session.describe().consent).toBe("granted");
  call.progress(2, "lo");
  expect((await events.next()).value).toMatchObject({ type: "text-delta", text: "lo" });
  call.answer("Hello.");
  expect((await events.next()).value).toMatchObject({ type: "text-delta", text: "." });
  expect((await events.next()).value).toMatchObject({ type: "text-end" });
  expect((await events.next()).value).toMatchObject({ type: "turn-end" });
  expect((await events.next()).done).toBe(true);
});

test("a host that does not declare pieces is not asked for progress", async () => {
  const { session, host } = await openSession();
  await ask(session);
  expect(host.calls[0]?.params).not.toHaveProperty("_meta");
});
