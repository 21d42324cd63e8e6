// A host in twenty lines: whatever answers with text becomes a model that every client of the bridge can use.
// `node define-host.mjs serve` goes on serving on port 8000; without it the program asks itself one question and ends.
import { createBridge, defineHost, loadConfig } from "mcp-token-bridge";

const host = defineHost({
  name: "backwards",
  models: ["backwards/one"],
  async *answer(prompt) {
    for (const word of prompt.split(" ").toReversed()) yield `${word} `;
  },
});

const serving = process.argv[2] === "serve";
const bridge = createBridge(
  loadConfig({ flags: { port: serving ? 8000 : 0, logLevel: "warn" }, env: process.env }),
);
bridge.attach(host);
await bridge.start();
console.log(`listening on ${bridge.url}`);

if (!serving) {
  const body = JSON.stringify({ model: "auto", messages: [{ role: "user", content: "words three Just" }] });
  const headers = { "content-type": "application/json" };
  const reply = await fetch(`${bridge.url}/v1/chat/completions`, { method: "POST", headers, body });
  console.log((await reply.json()).choices[0].message.content);
  await bridge.stop();
}
