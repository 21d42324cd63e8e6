// The Anthropic SDK with a running bridge. BRIDGE_URL and BRIDGE_KEY say which one.
import Anthropic, { APIError } from "@anthropic-ai/sdk";

const client = new Anthropic({
  baseURL: process.env.BRIDGE_URL ?? "http://127.0.0.1:8000",
  apiKey: process.env.BRIDGE_KEY ?? "none",
});

const question = {
  model: "auto",
  system: "Answer in one paragraph.",
  messages: [{ role: "user", content: "What is a bridge?" }],
};

try {
  const { input_tokens: tokens } = await client.messages.countTokens(question);
  console.log(`── the question has at most ${tokens} tokens`);

  const stream = client.messages.stream({ ...question, max_tokens: 1000 });
  stream.on("text", (text) => process.stdout.write(text));
  const message = await stream.finalMessage();
  console.log(`\n── ${message.model}, ended by ${message.stop_reason}`);
} catch (error) {
  // The person at the host may refuse, and the bridge may have no host: the message says what to do.
  if (!(error instanceof APIError)) throw error;
  console.error(`${error.status}: ${error.message}`);
  process.exitCode = 1;
}
