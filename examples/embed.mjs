// Embeds the bridge in a program of your own, which lends a model without any MCP host. `node embed.mjs serve` goes on
// serving on port 8000; without it the program asks itself one question and ends.
import { createBridge, loadConfig } from "mcp-token-bridge";

/** Whatever answers: another library, a local model, a program. This one is a parrot. */
async function* parrot(question, signal) {
  for (const word of `You said: ${question}`.split(/(?<= )/)) {
    signal.throwIfAborted();
    yield word;
  }
}

const host = {
  id: "parrot",
  describe: () => ({
    id: "parrot",
    // Clients choose it by this name, as in the model name `parrot/auto`.
    label: "parrot",
    name: "parrot",
    version: "1.0.0",
    transport: "embedded",
    revision: undefined,
    canSample: true,
    consent: "granted",
    // What the bridge must supply, or report as not honoured. With `deltas` the pieces pass through as they come.
    abilities: {
      deltas: true,
      tools: false,
      images: "no",
      audio: "no",
      maxTokens: "no",
      temperature: "no",
      stopSequences: "no",
      cancel: "yes",
      errors: true,
    },
    models: ["parrot/grey"],
    running: 0,
    slots: undefined,
  }),
  async *run(request, signal) {
    const question = request.messages
      .at(-1)
      .parts.map((part) => (part.type === "text" ? part.text : ""))
      .join("");
    yield { type: "turn-start", model: "parrot/grey" };
    yield { type: "text-start", id: "text" };
    for await (const text of parrot(question, signal)) yield { type: "text-delta", id: "text", text };
    yield { type: "text-end", id: "text" };
    yield { type: "turn-end", stopReason: { unified: "end" }, usage: { estimated: false } };
  },
};

const serving = process.argv[2] === "serve";
const config = loadConfig({
  // The same settings as on the command line; MCPTB_ variables count as well.
  flags: { port: serving ? 8000 : 0, logLevel: "warn" },
  env: process.env,
});
const bridge = createBridge(config);
bridge.attach(host);
await bridge.start();
console.log(`listening on ${bridge.url}`);

if (!serving) {
  const response = await fetch(`${bridge.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "auto", messages: [{ role: "user", content: "Polly wants a cracker." }] }),
  });
  const answer = await response.json();
  console.log(answer.choices[0].message.content);
  await bridge.stop();
}
