/** LangChain's standard integration tests for chat models, with its clients of each API on both kinds of host. */
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { cleanEnvironment, scratchHome } from "../clients/support/environment.ts";
import { installPython } from "../clients/support/install.ts";
import { openNamespace, type Namespace } from "../clients/support/namespace.ts";
import { Program } from "../clients/support/program.ts";
import { BRIDGE_URL, startBridge, type Bridge } from "./support/bridge.ts";
import { HOSTS } from "./support/hosts.ts";

const BOUND_MS = 120_000;
const FOLDER = join(import.meta.dirname, "python");

/** Pictures are said by the user twice and come in a tool's result twice; once more in Anthropic's own form. */
const CLIENTS = [
  { client: "ChatOpenAI, chat completions", tests: "TestChat", images: 4, sounds: 2 },
  { client: "ChatOpenAI, responses", tests: "TestResponses", images: 4, sounds: 0 },
  { client: "ChatAnthropic", tests: "TestMessages", images: 5, sounds: 0 },
  { client: "ChatGoogleGenerativeAI", tests: "TestGemini", images: 4, sounds: 2 },
  { client: "ChatOllama", tests: "TestOllama", images: 4, sounds: 0 },
] as const;

let bin: string;
let namespace: Namespace;
let home: Awaited<ReturnType<typeof scratchHome>>;
let bridge: Bridge | undefined;

beforeAll(async () => {
  bin = await installPython("langchain");
  namespace = await openNamespace();
  home = await scratchHome();
});

afterEach(() => bridge?.stop());

afterAll(async () => {
  await namespace?.close();
  await home?.remove();
});

describe.each(HOSTS)("$kind", ({ tools }) => {
  test.each(CLIENTS)("$client", async ({ tests, images, sounds }) => {
    bridge = await startBridge(namespace, { home: home.path, tools, model: "assistant" });
    const python = namespace.spawn(
      join(bin, "python"),
      ["-m", "pytest", `${join(FOLDER, "langchain_standard.py")}::${tests}`],
      {
        env: {
          ...cleanEnvironment(home.path),
          MCPTB_TEST_URL: BRIDGE_URL,
          PYTHONDONTWRITEBYTECODE: "1",
          LANGCHAIN_TESTS_USER_AGENT: "mcptb",
          LANGSMITH_TRACING: "false",
        },
        cwd: FOLDER,
      },
    );
    const pytest = new Program("pytest", python);
    expect(await pytest.finished(BOUND_MS), pytest.output).toBe(0);
    expect(pytest.stdout).toMatch(/^\d{2} passed, \d deselected/m);
    expect(bridge.asked.filter(({ broken }) => broken !== undefined)).toEqual([]);
    const media = bridge.asked.flatMap((asked) => asked.media);
    expect(media.filter((type) => type === "image/png")).toHaveLength(images);
    expect(media.filter((type) => type === "audio/wav")).toHaveLength(sounds);
  });
});
