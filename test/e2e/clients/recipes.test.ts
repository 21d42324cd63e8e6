/** The programs that `mcptb connect` prints, run as they are. */
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  liteLlmPython,
  ollamaJavaScript,
  ollamaPython,
  openaiJavaScript,
  openaiPython,
  targetOf,
} from "../../../src/recipes/recipes.ts";
import { BRIDGE_URL, startBridge, type Bridge } from "./support/bridge.ts";
import { cleanEnvironment, scratchHome } from "./support/environment.ts";
import { installPython } from "./support/install.ts";
import { openNamespace, type Namespace } from "./support/namespace.ts";
import { Program } from "./support/program.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const TARGET = targetOf(BRIDGE_URL, []);
const ANSWER = "你好! It was the **scripted host** that answered.\n\nBye.";

let bins: Record<"sdks" | "litellm", string>;
let namespace: Namespace;
let home: Awaited<ReturnType<typeof scratchHome>>;
let bridge: Bridge;

beforeAll(async () => {
  bins = { sdks: await installPython("sdks"), litellm: await installPython("litellm") };
  namespace = await openNamespace();
  home = await scratchHome();
  bridge = await startBridge(namespace, { home: home.path, host: { kind: "answer", text: ANSWER } });
});

afterAll(async () => {
  await bridge?.stop();
  await namespace?.close();
  await home?.remove();
});

async function printedBy(command: string, args: readonly string[]): Promise<string> {
  const env = { ...cleanEnvironment(home.path), LITELLM_LOCAL_MODEL_COST_MAP: "True" };
  const program = new Program("the recipe", namespace.spawn(command, args, { env, cwd: ROOT }));
  const code = await program.finished(60_000);
  expect(code, program.output).toBe(0);
  return program.stdout;
}

test("openai, Python", async () => {
  expect(await printedBy(`${bins.sdks}/python`, ["-c", openaiPython(TARGET)])).toBe(ANSWER);
});

test("openai, JavaScript", async () => {
  const program = ["--input-type=module", "-e", openaiJavaScript(TARGET)];
  expect(await printedBy(process.execPath, program)).toBe(ANSWER);
});

test("ollama, Python and JavaScript", async () => {
  expect(await printedBy(`${bins.sdks}/python`, ["-c", ollamaPython(TARGET)])).toBe(ANSWER);
  const program = ["--input-type=module", "-e", ollamaJavaScript(TARGET)];
  expect(await printedBy(process.execPath, program)).toBe(ANSWER);
});

test("LiteLLM", async () => {
  expect(await printedBy(`${bins.litellm}/python`, ["-c", liteLlmPython(TARGET)])).toBe(ANSWER);
});
