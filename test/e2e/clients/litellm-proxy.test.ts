/** The LiteLLM proxy between the clients and the bridge, over both of the bridge's dialects. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SDK_CASES, type Case } from "./support/cases.ts";
import { scratchHome } from "./support/environment.ts";
import { FAILURES, NONE_TYPE_FAILURE } from "./support/failures.ts";
import { installPython } from "./support/install.ts";
import { startLiteLlmProxy, type LiteLlmProxy } from "./support/litellm-proxy.ts";
import { openNamespace, type Namespace } from "./support/namespace.ts";
import { BOUND_MS, play, type Played } from "./support/play.ts";
import { startPythonClients, type Outcome, type PythonClients } from "./support/python-clients.ts";

type ProxyCase = Case & { readonly model: string };

/** The client's dialect is what LiteLLM serves; the model says which of ours it speaks to the bridge. */
const CASES: readonly ProxyCase[] = ["bridge", "bridge-chat"].flatMap((model) =>
  SDK_CASES.map((of) => ({ ...of, model, name: `${of.name}, model ${model}` })),
);
/** How often the official packages try where nothing tells them not to: LiteLLM does not hand on `x-should-retry`. */
const TRIES = 3;

let namespace: Namespace;
let home: Awaited<ReturnType<typeof scratchHome>>;
let clients: PythonClients;
let proxy: LiteLlmProxy;
let played: Played;

beforeAll(async () => {
  const sdks = await installPython("sdks");
  const litellm = await installPython("litellm");
  namespace = await openNamespace();
  home = await scratchHome();
  const modules = ["httpx_client", "openai_client", "anthropic_client"];
  [clients, proxy] = await Promise.all([
    startPythonClients(namespace, { bin: sdks, home: home.path, modules }),
    startLiteLlmProxy(namespace, { bin: litellm, home: home.path }),
  ]);
});

afterAll(async () => {
  await clients?.stop();
  await proxy?.stop();
  await namespace?.close();
  await home?.remove();
});

const stage = () => ({ namespace, home: home.path, clients });

function promptOf(scenario: string, of: Case): string {
  return `${scenario}: ${of.name}.`;
}

function ask(
  { client, dialect, stream, model }: ProxyCase,
  prompt: string,
  options: { maxTokens?: number | undefined; retries?: number | undefined } = {},
): Promise<Outcome> {
  const call = { client, dialect, stream, model, base: proxy.url, key: proxy.key, prompt };
  return clients.call({ ...call, ...options }, BOUND_MS);
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

  test("the proxy logs no exception", () => {
    expect(proxy.output()).not.toMatch(/Traceback|Exception/);
  });
});

describe.each(FAILURES)("$name", (failure) => {
  beforeAll(async () => {
    // A bridge that went with its host cannot be asked again.
    const retries = failure.incident === "host dies" ? 0 : undefined;
    played = await play(stage(), failure, CASES, (of) =>
      ask(of, promptOf(failure.name, of), { maxTokens: failure.maxTokens, retries }),
    );
  });

  test.each(CASES)("$name", (of) => {
    const { pieces, error } = played.outcomeOf(of);
    expect(pieces.join("")).toBe("");
    expect(error?.message).toMatch(failure.text);
    const final = failure.status < 500;
    expect(played.bridge.asksFor(promptOf(failure.name, of))).toBeLessThanOrEqual(
      final ? failure.asks : failure.asks * TRIES,
    );
  });
});

test("nothing was taken for a stream that is none", () => {
  expect(`${proxy.output()}${clients.output()}`).not.toMatch(NONE_TYPE_FAILURE);
});
