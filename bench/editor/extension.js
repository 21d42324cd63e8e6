"use strict";
/**
 * What the extension is measured against, in the very editor and process in which it runs: a model that answers at once, and the barest way
 * to it, which hands every part of its answer on over HTTP and validates, bounds and cancels nothing. What the process has used is told at
 * /usage, when the model was cancelled at /cancelled.
 */
const http = require("node:http");
const { monitorEventLoopDelay } = require("node:perf_hooks");
const v8 = require("node:v8");
const vm = require("node:vm");
const vscode = require("vscode");

const MEASURED = "mcptb.mcp-token-bridge";
const ANSWER = "word ".repeat(19) + "end.";

let cancelledAt = 0;

exports.activate = async (context) => {
  const before = process.memoryUsage().rss;
  const began = performance.now();
  await vscode.extensions.getExtension(MEASURED)?.activate();
  const activation = { ms: performance.now() - began, rss: process.memoryUsage().rss - before };

  context.subscriptions.push(vscode.lm.registerLanguageModelChatProvider("bench", provider()));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const routes = {
    "/usage": () => usage(),
    "/usage?collect": () => {
      collectGarbage();
      return usage();
    },
    "/activation": () => ({ ...activation, pid: process.pid }),
    "/cancelled": () => ({ at: cancelledAt }),
    "/loop": () => {
      const p99 = delay.percentile(99) / 1e6;
      delay.reset();
      return { p99 };
    },
  };
  const server = http.createServer((request, response) => {
    const told = routes[request.url];
    if (told !== undefined) response.end(JSON.stringify(told()));
    else read(request, (body) => void answer(body, response));
  });
  // The other windows have nothing to tell.
  server.on("error", () => undefined);
  server.listen(Number(process.env.MCPTB_BENCH_PORT), "127.0.0.1");
  context.subscriptions.push({ dispose: () => server.close() });
};

function provider() {
  return {
    provideLanguageModelChatInformation: () => [
      {
        id: "bench-model",
        name: "Benchmark",
        family: "bench",
        version: "1",
        maxInputTokens: 1_000_000,
        maxOutputTokens: 100_000,
        capabilities: {},
      },
    ],
    provideTokenCount: async () => 1,
    provideLanguageModelChatResponse: async (_model, messages, _options, progress, token) => {
      const text = messages
        .at(-1)
        .content.map(({ value }) => value)
        .join("");
      const [, deltas = "1", gapMs = "0"] = /deltas=(\d+)(?: gap=(\d+))?/.exec(text) ?? [];
      token.onCancellationRequested(() => (cancelledAt = Date.now()));
      for (let index = 0; index < Number(deltas) && !token.isCancellationRequested; index += 1) {
        if (gapMs !== "0" && index > 0) await new Promise((resolve) => setTimeout(resolve, Number(gapMs)));
        progress.report(new vscode.LanguageModelTextPart(deltas === "1" ? ANSWER : `w${index} `));
      }
    },
  };
}

let models;

async function answer({ messages, stream, model: name }, response) {
  models ??= await vscode.lm.selectChatModels({ vendor: "bench" });
  const asked = messages.map(({ content }) => vscode.LanguageModelChatMessage.User(content));
  const { text } = await models[0].sendRequest(asked, {}, new vscode.CancellationTokenSource().token);
  const head = { id: "chatcmpl-0", created: 0, model: name };
  if (!stream) {
    let content = "";
    for await (const part of text) content += part;
    const choices = [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }];
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ ...head, object: "chat.completion", choices }));
    return;
  }
  const write = (delta, finish_reason) =>
    response.write(
      `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason }] })}\n\n`,
    );
  response.writeHead(200, { "content-type": "text/event-stream" });
  for await (const content of text) write({ content }, null);
  write({}, "stop");
  response.end("data: [DONE]\n\n");
}

function read(request, handle) {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => handle(JSON.parse(Buffer.concat(chunks).toString())));
}

function usage() {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { cpuMicros: user + system, rss, heapBytes: heapUsed + external };
}

let collectGarbage = () => {
  v8.setFlagsFromString("--expose-gc");
  collectGarbage = vm.runInNewContext("gc");
  collectGarbage();
};
