/** httpx, openai, anthropic, ollama, google-genai and LiteLLM as a library, straight to the bridge. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BRIDGE_URL } from "./support/bridge.ts";
import { LITELLM_CASES, STRAIGHT_CASES, SDK_CASES, type Case } from "./support/cases.ts";
import { scratchHome } from "./support/environment.ts";
import { FAILURES, NONE_TYPE_FAILURE, statusAt } from "./support/failures.ts";
import { installPython } from "./support/install.ts";
import { openNamespace, type Namespace } from "./support/namespace.ts";
import { BOUND_MS, play, type Played } from "./support/play.ts";
import { startPythonClients, type Outcome, type PythonClients } from "./support/python-clients.ts";

const CASES = [...SDK_CASES, ...STRAIGHT_CASES, ...LITELLM_CASES];

let namespace: Namespace;
let home: Awaited<ReturnType<typeof scratchHome>>;
let drivers: Record<Case["venv"], PythonClients>;
let played: Played;

beforeAll(async () => {
  const bins = { sdks: await installPython("sdks"), litellm: await installPython("litellm") };
  namespace = await openNamespace();
  home = await scratchHome();
  const start = (venv: Case["venv"], modules: string[]): Promise<PythonClients> =>
    startPythonClients(namespace, { bin: bins[venv], home: home.path, modules });
  const [sdks, litellm] = await Promise.all([
    start("sdks", ["httpx_client", "openai_client", "anthropic_client", "ollama_client", "gemini_client"]),
    start("litellm", ["litellm_client"]),
  ]);
  drivers = { sdks, litellm };
});

afterAll(async () => {
  await Promise.all(Object.values(drivers ?? {}).map((driver) => driver.stop()));
  await namespace?.close();
  await home?.remove();
});

const stage = () => ({ namespace, home: home.path, clients: drivers.sdks });

function promptOf(scenario: string, of: Case): string {
  return `${scenario}: ${of.name}.`;
}

function ask(of: Case, prompt: string, maxTokens?: number): Promise<Outcome> {
  const { client, dialect, stream, asynchronous } = of;
  const call = { client, dialect, stream, ...(asynchronous && { asynchronous }), prompt, maxTokens };
  return drivers[of.venv].call({ ...call, base: BRIDGE_URL, model: "auto", key: "none" }, BOUND_MS);
}

describe("the host answers", () => {
  const PREFIX = "**Heard** by the scripted host, 你好 👋🏽:\n\n- ";

  beforeAll(async () => {
    const host = { kind: "answer", text: PREFIX, echo: true } as const;
    played = await play(stage(), { host }, CASES, (of) => ask(of, promptOf("success", of)));
  });

  test.each(CASES)("$name", (of) => {
    const { error, pieces } = played.outcomeOf(of);
    expect(error).toBeNull();
    expect(pieces.join("")).toBe(`${PREFIX}${promptOf("success", of)}`);
    if (of.stream) expect(pieces.length).toBeGreaterThan(5);
    expect(played.bridge.asksFor(promptOf("success", of))).toBe(1);
  });
});

describe.each(FAILURES)("$name", (failure) => {
  beforeAll(async () => {
    played = await play(stage(), failure, CASES, (of) =>
      ask(of, promptOf(failure.name, of), failure.maxTokens),
    );
  });

  test.each(CASES)("$name", (of) => {
    const { pieces, error } = played.outcomeOf(of);
    expect(pieces.join("")).toBe("");
    expect(error?.message).toMatch(failure.text);
    expect(error?.message).not.toMatch(NONE_TYPE_FAILURE);
    if (of.venv === "sdks" && !(of.stream && failure.late)) {
      expect(error?.status).toBe(statusAt(of.dialect, failure));
    }
    expect(played.bridge.asksFor(promptOf(failure.name, of))).toBe(failure.asks);
  });

  if (failure.incident === "queue full") {
    test("each client tries three times at most", () => {
      expect(played.bridge.requests()).toBeGreaterThan(CASES.length);
      expect(played.bridge.requests()).toBeLessThanOrEqual(3 * CASES.length);
    });
  } else {
    test("no client tries again", () => {
      expect(played.bridge.requests()).toBe(CASES.length);
    });
  }
});
