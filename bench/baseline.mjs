/**
 * What the bridge is measured against: the same job with bare `node:http` and raw JSON lines, and none of
 * the care. It validates nothing, bounds nothing, handles no error and knows one route. Plain JavaScript, so
 * that it starts under `node` just as the built bridge does.
 *
 *     node bench/baseline.mjs --port 8000     (an MCP host on stdin and stdout)
 */
import http from "node:http";

const port = Number(process.argv[process.argv.indexOf("--port") + 1]);
const waiting = new Map();
let lastId = 0;

const units = { char: /./gsu, word: /\s*\S+|\s+$/g, whole: /[^]+/g };

function send(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function onLine(line) {
  const message = JSON.parse(line);
  if (message.method === "initialize") {
    const { protocolVersion } = message.params;
    const serverInfo = { name: "baseline", version: "0" };
    send({ jsonrpc: "2.0", id: message.id, result: { protocolVersion, capabilities: {}, serverInfo } });
  } else if (message.method === undefined) {
    waiting.get(message.id)?.(message.result);
    waiting.delete(message.id);
  }
}

let held = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (text) => {
  const lines = text.split("\n");
  lines[0] = held + lines[0];
  held = lines.pop();
  for (const line of lines) onLine(line);
});
process.stdin.on("end", () => process.exit(0));

function sample(body) {
  const messages = body.messages.map(({ role, content }) => ({
    role,
    content: { type: "text", text: content },
  }));
  const params = { messages, maxTokens: body.max_tokens ?? 4096 };
  return new Promise((resolve) => {
    lastId += 1;
    waiting.set(lastId, resolve);
    send({ jsonrpc: "2.0", id: lastId, method: "sampling/createMessage", params });
  });
}

async function stream(response, head, text, unit) {
  const frame = (delta, finish_reason) =>
    `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  response.write(frame({ role: "assistant", content: "" }, null));
  for (const content of text.match(units[unit]) ?? []) {
    if (!response.write(frame({ content }, null))) {
      await new Promise((resolve) => response.once("drain", resolve));
    }
  }
  response.write(frame({}, "stop"));
  response.end("data: [DONE]\n\n");
}

async function complete(request, response, body) {
  const result = await sample(body);
  const { text } = result.content;
  const head = { id: `chatcmpl-${lastId}`, created: Math.floor(Date.now() / 1000), model: result.model };
  if (body.stream) {
    await stream(response, head, text, request.headers["x-mcp-stream-unit"] ?? "word");
    return;
  }
  const message = { role: "assistant", content: text };
  const choices = [{ index: 0, message, finish_reason: "stop" }];
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ ...head, object: "chat.completion", choices }));
}

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => void complete(request, response, JSON.parse(Buffer.concat(chunks).toString())));
});
server.listen(port, "127.0.0.1");
