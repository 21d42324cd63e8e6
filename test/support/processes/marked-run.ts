/**
 * A real bridge to which a marked secret and a marked prompt are sent in every way there is, and everything that it has then
 * written, shown or told anybody but the host: where the marks may not be.
 */
import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { onTestFinished } from "vitest";
import { stateDir } from "../bridge/state-dir.ts";
import { tracesIn } from "../data/traces.ts";
import { fail, refuse } from "../hosts/scripts.ts";
import { startCollector } from "../otlp/fake-collector.ts";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { MAIN, spawnBridge } from "./spawned-bridge.ts";

const PROMPT = "canary prompt/ü+3 of somebody";
const SYSTEM = "canary system/ß+4 of somebody";
const TOOL = "canary argument/é+5 of somebody";
const ANSWER = "canary answer/ñ+6 of a model";
const OPERATOR = "canary-operator/+7=";
const USUAL = "canary-usual-key/+8=";
const WRONG = "canary-wrong-key/+9=";
/** What the person who asks has written, or was answered. */
export const CONTENT: readonly string[] = [PROMPT, SYSTEM, TOOL, ANSWER];

/** Each API as it is asked: by a path and a body. */
const APIS: Readonly<Record<string, (stream: boolean) => readonly [string, object]>> = {
  chat: (stream) => [
    "/v1/chat/completions",
    {
      model: "auto",
      stream,
      messages: [
        { role: "system", content: SYSTEM },
        { role: "user", content: PROMPT },
        {
          role: "assistant",
          tool_calls: [
            { id: "c1", type: "function", function: { name: "f", arguments: JSON.stringify({ TOOL }) } },
          ],
        },
        { role: "tool", tool_call_id: "c1", content: TOOL },
      ],
    },
  ],
  responses: (stream) => [
    "/v1/responses",
    { model: "auto", stream, store: true, instructions: SYSTEM, input: [{ role: "user", content: PROMPT }] },
  ],
  messages: (stream) => [
    "/v1/messages",
    { model: "auto", stream, max_tokens: 99, system: SYSTEM, messages: [{ role: "user", content: PROMPT }] },
  ],
  gemini: (stream) => [
    `/v1beta/models/auto:${stream ? "streamGenerateContent?alt=sse" : "generateContent"}`,
    {
      systemInstruction: { parts: [{ text: SYSTEM }] },
      contents: [{ role: "user", parts: [{ text: PROMPT }] }],
    },
  ],
  ollama: (stream) => [
    "/api/chat",
    {
      model: "auto",
      stream,
      messages: [
        { role: "system", content: SYSTEM },
        { role: "user", content: PROMPT },
      ],
    },
  ],
};

export interface MarkedRun {
  /** By what was looked at: the marks that were found there. */
  readonly found: Readonly<Record<string, readonly string[]>>;
  /** How much was looked at, in bytes: there is something in each. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Whether the host was asked with the content. */
  readonly reachedHost: boolean;
  /** The statuses of what was answered. */
  readonly statuses: ReadonlySet<number>;
  /** Of what was made: what somebody would look for. */
  readonly secret: string;
}

export async function markedRun(
  node = process.execPath,
  env: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
): Promise<MarkedRun> {
  const directory = await stateDir();
  const collector = await startCollector();
  onTestFinished(() => collector.close());
  const given = { ...env, MCPTB_STATE_DIR: directory, MCPTB_API_KEY: USUAL, MCPTB_OPERATOR_KEY: OPERATOR };
  const settings = ["--otlp-endpoint", collector.url, "--otlp-metrics-ms", "100", ...flags];
  const bridge = spawnBridge({}, settings, given, node);
  onTestFinished(() => bridge.kill());
  await bridge.host.initialize();
  const url = await bridge.url;
  const mcptb = async (...args: string[]): Promise<string> => {
    const all = { ...process.env, ...given, MCPTB_PORT: new URL(url).port };
    const run = promisify(execFile)(node, [MAIN, ...args], { env: all });
    const { stdout, stderr } = await run.catch(
      (error: unknown) => error as { stdout: string; stderr: string },
    );
    return `${stdout}${stderr}`;
  };
  const limits = ["--tokens-per-day", "100000000", "--requests-per-day", "1000"];
  const secret = /mcptb_\S+/.exec(await mcptb("keys", "add", "anna", ...limits))?.[0] ?? "";
  const only = /mcptb_\S+/.exec(await mcptb("keys", "add", "bob", "--models", "none-*"))?.[0] ?? "";

  let words = 0;
  // What was refused is remembered for its words.
  const newWords = (body: object): string => {
    words += 1;
    return JSON.stringify(body).replaceAll(PROMPT, `${PROMPT} ${words}`);
  };
  const statuses = new Set<number>();
  const answers: string[] = [];
  const errors: string[] = [];
  const headers: string[] = [];
  const send = async (target: string, body: string | object | undefined, key: string, more: object = {}) => {
    const response = await fetch(`${url}${target}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${key}`, ...more },
      ...(body !== undefined && { body: typeof body === "string" ? body : newWords(body) }),
    });
    statuses.add(response.status);
    const text = await response.text();
    headers.push(JSON.stringify([...response.headers]));
    (response.ok ? answers : errors).push(text);
    return text;
  };

  for (const request of Object.values(APIS)) {
    for (const stream of [true, false]) {
      const [target, body] = request(stream);
      bridge.host.script = (call) => call.answer(ANSWER);
      for (const key of [secret, USUAL]) await send(target, body, key, { "x-session-id": "s1" });
      // Not let in, and not let go on.
      for (const key of [WRONG, only]) await send(target, body, key);
      for (const script of [refuse, fail(-32_000, "The model failed."), fail(-32_601, "Method not found")]) {
        bridge.host.script = script;
        const text = await send(target, body, secret);
        // A stream tells of it with status 200.
        if (stream) errors.push(text);
      }
      // Answers that are none, with marks where none belongs.
      bridge.host.script = (call) => call.answer({ role: "assistant", content: { type: ANSWER }, model: 5 });
      await send(target, body, secret);
      for (const wrong of [`{"messages": ${PROMPT}`, `"${PROMPT}"`, { [TOOL]: PROMPT, model: "auto" }])
        await send(target, wrong, secret);
      const leaving = new AbortController();
      bridge.host.script = () => leaving.abort();
      await fetch(`${url}${target}`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${secret}` },
        body: newWords(body),
        signal: leaving.signal,
      }).catch(() => undefined);
    }
  }
  // Stopped by whoever runs it.
  await mcptb("stop");
  for (const request of Object.values(APIS)) await send(...request(true), secret);
  await mcptb("resume");
  bridge.host.script = (call) => call.answer(ANSWER);
  await send(...(APIS["chat"]?.(false) ?? ["/", {}]), secret);

  const shown: Record<string, string> = {
    errors: errors.join("\n"),
    headers: headers.join("\n"),
    "a client's own usage": await send("/v1/me/usage", undefined, secret),
    metrics: await send("/metrics", undefined, OPERATOR),
    ready: await send("/ready", undefined, OPERATOR),
    models: await send("/v1/models", undefined, secret),
    page: await (await fetch(url, { headers: { accept: "text/html" } })).text(),
    history: await send("/usage?by=key", undefined, OPERATOR),
    "mcptb usage": await mcptb("usage", "--by", "model"),
    "mcptb keys list": await mcptb("keys", "list"),
    "mcptb audit verify": await mcptb("audit", "verify"),
    "mcptb config": await mcptb("config"),
    "mcptb hosts": await mcptb("hosts"),
  };
  bridge.child.kill("SIGTERM");
  await bridge.exited;
  shown["log"] = bridge.log.join("\n");
  for (const signal of ["traces", "metrics", "logs"]) {
    const bodies = collector.received.filter((one) => one.signal === signal);
    shown[`OTLP ${signal}`] = bodies.map(({ body }) => body).join("\n");
  }
  for (const file of await filesIn(directory))
    shown[path.relative(directory, file)] = await readFile(file, "latin1");

  const marks = [...CONTENT, OPERATOR, USUAL, WRONG, secret.slice(-43), only.slice(-43)];
  const asked = bridge.host.lines.join("\n");
  return {
    found: Object.fromEntries(
      Object.entries(shown).map(([name, text]) => [name, inEveryCoding(text, marks)]),
    ),
    sizes: Object.fromEntries(Object.entries(shown).map(([name, text]) => [name, text.length])),
    reachedHost: tracesIn(asked, [PROMPT, SYSTEM]).length === 2 && answers.join("").includes("canary answer"),
    statuses,
    secret,
  };
}

/** Files are read as bytes, in which a mark is its bytes. */
function inEveryCoding(text: string, marks: readonly string[]): string[] {
  const asBytes = marks.filter((mark) => text.includes(Buffer.from(mark).toString("latin1")));
  return [...new Set([...tracesIn(text, marks), ...asBytes])];
}

async function filesIn(directory: string): Promise<string[]> {
  await mkdir(directory, { recursive: true });
  const names = await readdir(directory, { recursive: true });
  const files = names.map((name) => path.join(directory, name));
  const kinds = await Promise.all(files.map(async (file) => (await stat(file)).isFile()));
  return files.filter((_, index) => kinds[index]);
}
