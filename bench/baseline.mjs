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
  } else if (message.method === "notifications/progress") {
    waiting.get(message.params.progressToken)?.onDelta?.(message.params.message);
  } else if (message.method === undefined) {
    waiting.get(message.id)?.resolve(message.result);
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

function sample(body, onDelta) {
  const messages = body.messages.map(({ role, content }) => ({
    role,
    content: { type: "text", text: content },
  }));
  return new Promise((resolve) => {
    lastId += 1;
    waiting.set(lastId, { resolve, onDelta });
    const params = { messages, maxTokens: body.max_tokens ?? 4096, _meta: { progressToken: lastId } };
    send({ jsonrpc: "2.0", id: lastId, method: "sampling/createMessage", params });
  });
}

/** Writes deltas as they come from the host, or the whole answer in pieces where none came. */
async function stream(response, body, unit) {
  const head = { id: "", created: Math.floor(Date.now() / 1000), model: body.model };
  const frame = (delta, finish_reason) =>
    `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  const begin = () => {
    head.id = `chatcmpl-${lastId}`;
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    response.write(frame({ role: "assistant", content: "" }, null));
  };
  const result = await sample(body, (content) => {
    if (!response.headersSent) begin();
    response.write(frame({ content }, null));
  });
  if (!response.headersSent) {
    begin();
    for (const content of result.content.text.match(units[unit]) ?? []) {
      if (!response.write(frame({ content }, null))) {
        await new Promise((resolve) => response.once("drain", resolve));
      }
    }
  }
  response.write(frame({}, "stop"));
  response.end("data: [DONE]\n\n");
}

async function complete(response, body) {
  const { model, content } = await sample(body);
  const message = { role: "assistant", content: content.text };
  const choices = [{ index: 0, message, finish_reason: "stop" }];
  const created = Math.floor(Date.now() / 1000);
  response.writeHead(200, { "content-type": "application/json" });
  response.end(
    JSON.stringify({ id: `chatcmpl-${lastId}`, created, model, object: "chat.completion", choices }),
  );
}

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const body = JSON.parse(Buffer.concat(chunks).toString());
    const unit = request.headers["x-mcp-stream-unit"] ?? "word";
    void (body.stream ? stream(response, body, unit) : complete(response, body));
  });
});
server.listen(port, "127.0.0.1");
