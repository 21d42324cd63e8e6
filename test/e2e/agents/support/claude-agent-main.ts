/** A program on the Claude Agent SDK with a tool of its own and an answer by schema. Prints the answer as JSON. */
import { z } from "zod";

/** As much of the SDK's types as is used here; the SDK is installed by the tests. */
interface AgentSdk {
  readonly tool: (
    name: string,
    description: string,
    schema: z.ZodRawShape,
    run: (args: { readonly fruit: string }) => Promise<{ content: { type: "text"; text: string }[] }>,
  ) => unknown;
  readonly createSdkMcpServer: (options: { name: string; tools: unknown[] }) => unknown;
  readonly query: (call: { prompt: string; options: Readonly<Record<string, unknown>> }) => AsyncIterable<{
    readonly type: string;
    readonly subtype?: string;
    readonly structured_output?: unknown;
    readonly result?: string;
  }>;
}

const [sdk = "", word = "", prompt = ""] = process.argv.slice(2);
const { tool, createSdkMcpServer, query } = (await import(sdk)) as AgentSdk;

const ripen = tool("ripen", "Makes a fruit ripe.", { fruit: z.string() }, async ({ fruit }) => ({
  content: [{ type: "text", text: `${fruit}, ripe ${word}` }],
}));

const options = {
  model: "auto",
  mcpServers: { fruit: createSdkMcpServer({ name: "fruit", tools: [ripen] }) },
  allowedTools: ["mcp__fruit__ripen"],
  settingSources: [],
  outputFormat: {
    type: "json_schema",
    schema: { type: "object", properties: { fruit: { type: "string" } }, required: ["fruit"] },
  },
};
for await (const message of query({ prompt, options })) {
  if (message.type === "result")
    process.stdout.write(`${JSON.stringify([message.subtype, message.structured_output, message.result])}\n`);
}
