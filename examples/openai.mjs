// The OpenAI SDK with a running bridge. BRIDGE_URL and BRIDGE_KEY say which one.
import OpenAI, { APIError } from "openai";

const client = new OpenAI({
  baseURL: `${process.env.BRIDGE_URL ?? "http://127.0.0.1:8000"}/v1`,
  apiKey: process.env.BRIDGE_KEY ?? "none",
});

try {
  const stream = await client.chat.completions.create({
    // `auto` is whatever the host prefers; other names are hints to it.
    model: "auto",
    stream: true,
    stream_options: { include_usage: true },
    messages: [
      { role: "system", content: "Answer in one paragraph." },
      { role: "user", content: "What is a bridge?" },
    ],
  });
  for await (const chunk of stream) {
    process.stdout.write(chunk.choices[0]?.delta.content ?? "");
    if (chunk.usage) console.log(`\n── ${chunk.model}, about ${chunk.usage.total_tokens} tokens`);
  }
} catch (error) {
  // The person at the host may refuse, and the bridge may have no host: the message says what to do.
  if (!(error instanceof APIError)) throw error;
  console.error(`${error.status} ${error.code}: ${error.message}`);
  process.exitCode = 1;
}
