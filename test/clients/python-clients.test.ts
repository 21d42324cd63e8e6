/** httpx, openai, anthropic and LiteLLM as a library, straight to the bridge. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BRIDGE_URL, startBridge, type Bridge } from "./support/bridge.ts";
import { LITELLM_CASES, SDK_CASES, type Case } from "./support/cases.ts";
import { scratchHome } from "./support/environment.ts";
import { FAILURES } from "./support/failures.ts";
import { installPython } from "./support/install.ts";
import { openNamespace, type Namespace } from "./support/namespace.ts";
import { startPythonClients, type Outcome, type PythonClients } from "./support/python-clients.ts";

const CASES = [...SDK_CASES, ...LITELLM_CASES];
/** Longer than any client waits between its own retries, shorter than any of them gives up by itself. */
const BOUND_MS = 60_000;
const NONE_TYPE = /NoneType/;

let namespace: Namespace;
let home: Awaited<ReturnType<typeof scratchHome>>;
let drivers: Record<Case["venv"], PythonClients>;

beforeAll(async () => {
  const sdks = await installPython("sdks");
  const litellm = await installPython("litellm");
  namespace = await openNamespace();
  home = await scratchHome();
  const started = await Promise.all([
    startPythonClients(namespace, {
      bin: sdks,
      home: home.path,
      modules: ["httpx_client", "openai_client", "anthropic_client"],
    }),
    startPythonClients(namespace, { bin: litellm, home: home.path, modules: ["litellm_client"] }),
  ]);
  drivers = { sdks: started[0], litellm: started[1] };
});

afterAll(async () => {
  await Promise.all(Object.values(drivers ?? {}).map((driver) => driver.stop()));
  await namespace?.close();
  await home?.remove();
});

function ask(of: Case, prompt: string, maxTokens = 1000): Promise<Outcome> {
  const { client, dialect, stream, asynchronous = false } = of;
  const call = { client, dialect, stream, asynchronous, base: BRIDGE_URL, model: "auto", key: "none" };
  return drivers[of.venv].call({ ...call, prompt, maxTokens }, BOUND_MS);
}

/** All cases at once against one bridge; `during` happens while they wait. */
async function askAll(
  scenario: string,
  options: { maxTokens?: number | undefined; during?: () => Promise<void> } = {},
): Promise<Map<string, Outcome>> {
  const asking = CASES.map(
    async (of) => [of.name, await ask(of, `${scenario}: ${of.name}`, options.maxTokens)] as const,
  );
  const [outcomes] = await Promise.all([Promise.all(asking), options.during?.()]);
  return new Map(outcomes);
}

function outcomeOf(outcomes: Map<string, Outcome>, of: Case): Outcome {
  const outcome = outcomes.get(of.name);
  if (outcome === undefined) throw new Error(`${of.name} was not run`);
  return outcome;
}

describe("a host answers", () => {
  const PREFIX = "**Heard** by the scripted host, 你好 👋🏽:\n\n- ";
  let bridge: Bridge;
  let outcomes: Map<string, Outcome>;

  beforeAll(async () => {
    bridge = await startBridge(namespace, { home: home.path, host: { kind: "answer", prefix: PREFIX } });
    outcomes = await askAll("success");
  });
  afterAll(() => bridge?.stop());

  test.each(CASES)("$name", (of) => {
    const outcome = outcomeOf(outcomes, of);
    expect(outcome.error).toBeNull();
    expect(outcome.pieces.join("")).toBe(`${PREFIX}success: ${of.name}`);
    if (of.stream) expect(outcome.pieces.length).toBeGreaterThan(5);
    expect(bridge.asksFor(`success: ${of.name}`)).toBe(1);
  });
});

describe.each(FAILURES)("$name", (failure) => {
  let bridge: Bridge;
  let outcomes: Map<string, Outcome>;

  beforeAll(async () => {
    const { host, args, maxTokens } = failure;
    bridge = await startBridge(namespace, { home: home.path, host, args });
    outcomes = await askAll(failure.name, { maxTokens });
  });
  afterAll(() => bridge?.stop());

  test.each(CASES)("$name", (of) => {
    const { pieces, error } = outcomeOf(outcomes, of);
    expect(pieces).toEqual([]);
    expect(error?.message).toMatch(failure.text);
    expect(error?.message).not.toMatch(NONE_TYPE);
    if (of.venv === "sdks" && !(of.stream && failure.late)) {
      expect(error?.status).toBe(failure.status[of.dialect]);
    }
    expect(bridge.asksFor(`${failure.name}: ${of.name}`)).toBe(failure.asks);
  });

  test("no client asks again", () => {
    expect(bridge.requests()).toBe(CASES.length);
  });
});

describe.each([
  { when: "before the first byte", peekMs: 60_000, late: false },
  { when: "when the streams have begun", peekMs: 1, late: true },
])("the host dies $when", ({ when, peekMs, late }) => {
  let bridge: Bridge;
  let outcomes: Map<string, Outcome>;

  beforeAll(async () => {
    bridge = await startBridge(namespace, {
      home: home.path,
      host: { kind: "wait" },
      args: ["--peek-ms", String(peekMs), "--max-concurrent", "64"],
    });
    outcomes = await askAll(`dies ${when}`, {
      async during() {
        await bridge.askedTimes(CASES.length, BOUND_MS);
        bridge.killHost();
      },
    });
  });
  afterAll(() => bridge?.stop());

  test.each(CASES)("$name", (of) => {
    const { pieces, error } = outcomeOf(outcomes, of);
    expect(pieces).toEqual([]);
    expect(error?.message).toMatch(/The connection to the MCP host ended before it answered/);
    if (of.venv === "sdks" && !(of.stream && late)) expect(error?.status).toBe(502);
    expect(bridge.asksFor(`dies ${when}: ${of.name}`)).toBe(1);
  });
});

describe("the queue is full", () => {
  let bridge: Bridge;
  let outcomes: Map<string, Outcome>;
  let fillers: Promise<unknown>;

  beforeAll(async () => {
    bridge = await startBridge(namespace, {
      home: home.path,
      host: { kind: "wait" },
      args: ["--max-concurrent", "1", "--max-queued", "1", "--log-level", "debug"],
    });
    const filler: Case = {
      name: "filler",
      venv: "sdks",
      client: "httpx_client",
      dialect: "chat",
      stream: false,
    };
    fillers = Promise.all([ask(filler, "the one that runs"), ask(filler, "the one that waits")]);
    await bridge.askedTimes(1, BOUND_MS);
    await bridge.until(/"msg":"RX"[^]*"msg":"RX"/, BOUND_MS);
    outcomes = await askAll("queue full");
  });
  afterAll(async () => {
    await bridge?.stop();
    await fillers;
  });

  test.each(CASES)("$name", (of) => {
    const { pieces, error } = outcomeOf(outcomes, of);
    expect(pieces).toEqual([]);
    expect(error?.message).toMatch(/The bridge is busy: 1 requests are already waiting/);
    if (of.venv === "sdks") expect(error?.status).toBe(429);
    expect(bridge.asksFor("queue full")).toBe(0);
  });

  test("each client tries three times at most", () => {
    expect(bridge.requests()).toBeLessThanOrEqual(2 + 3 * CASES.length);
  });
});
