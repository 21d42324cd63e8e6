import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Model } from "./model.ts";
import { type Subject, type Usage, freePort, listening, tailOf } from "./subject.ts";

/**
 * A LiteLLM proxy on the same hop. It cannot sample from an MCP host, so its model sits behind an OpenAI
 * endpoint in this process, which answers as fast as the host does.
 */
export async function startLitellm(executable: string, model: Model): Promise<Subject> {
  const upstream = http.createServer((request, response) => answer(request, response, model));
  const upstreamPort = await freePort();
  upstream.listen(upstreamPort, "127.0.0.1");
  const port = await freePort();
  const home = await mkdtemp(join(tmpdir(), "bench-litellm-"));
  const config = join(home, "config.yaml");
  const model_list = [
    {
      model_name: "bench-model",
      litellm_params: {
        model: "openai/bench-model",
        api_base: `http://127.0.0.1:${upstreamPort}/v1`,
        api_key: "none",
      },
    },
  ];
  // JSON is YAML.
  await writeFile(config, JSON.stringify({ model_list }));
  const child = spawn(executable, ["--config", config, "--host", "127.0.0.1", "--port", String(port)], {
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...process.env,
      HOME: home,
      LITELLM_LOCAL_MODEL_COST_MAP: "True",
      LITELLM_TELEMETRY: "False",
      LITELLM_LOG: "ERROR",
      // It listens on loopback for a minute, and the bridge runs without a key there as well.
      LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY: "true",
    },
  });
  const stderr = tailOf(child);
  const failed = once(child, "exit").then(() => {
    throw new Error(`LiteLLM ended: ${stderr()}`);
  });
  failed.catch(() => undefined);
  const pid = child.pid ?? 0;
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    }
    upstream.closeAllConnections();
    upstream.close();
    await rm(home, { recursive: true, force: true });
  };
  await Promise.race([failed, listening(port)]).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { name: "litellm", port, usage: () => usageFromProc(pid), stop };
}

function answer(request: http.IncomingMessage, response: http.ServerResponse, model: Model): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks);
    const slot = Number(/slot=(\d{5})/.exec(body.toString("latin1"))?.[1]);
    const streamed = /"stream": ?true/.test(body.toString("latin1"));
    model.ask(slot, (text) => {
      response.writeHead(200, { "content-type": streamed ? "text/event-stream" : "application/json" });
      response.end(streamed ? chunksOf(text) : completion(text));
    });
  });
}

const head = { id: "chatcmpl-bench", created: 1_700_000_000, model: "bench-model" };

function completion(text: string): string {
  const message = { role: "assistant", content: text };
  const choices = [{ index: 0, message, finish_reason: "stop" }];
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  return JSON.stringify({ ...head, object: "chat.completion", choices, usage });
}

function chunksOf(text: string): string {
  const frame = (delta: object, finish_reason: string | null): string =>
    `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  const pieces = (text.match(/\s*\S+/g) ?? []).map((content) => frame({ content }, null));
  return [
    frame({ role: "assistant", content: "" }, null),
    ...pieces,
    frame({}, "stop"),
    "data: [DONE]\n\n",
  ].join("");
}

/** Linux only; elsewhere the figures are left out. One tick is 10 ms. */
async function usageFromProc(pid: number): Promise<Usage | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    const rss = Number(fields[21]) * 4_096;
    return { cpuMicros: ticks * 10_000, rss, heapBytes: rss };
  } catch {
    return undefined;
  }
}
