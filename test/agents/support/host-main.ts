/** A real MCP client as host, in a process of its own, whose model is the scripted one. */
import { Client, ProtocolError } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { readNative, readText, type SamplingParams } from "./conversation.ts";
import type { HostOptions, HostReport } from "./host-options.ts";
import { nextStep, type Step } from "./model.ts";
import { brokenRule } from "./rules.ts";

const INVALID_PARAMS = -32_602;

const { bridge, tools } = JSON.parse(process.env["MCPTB_TEST_HOST"] ?? "") as HostOptions;

const client = new Client(
  { name: "scripted-host", version: "1.0.0" },
  { capabilities: { sampling: tools ? { tools: {} } : {} } },
);
let calls = 0;

client.setRequestHandler("sampling/createMessage", (request) => {
  const params = request.params as SamplingParams;
  const conversation = tools ? readNative(params) : readText(params);
  const broken = brokenRule(params, tools);
  const report: HostReport = {
    tools: conversation.tools.map(({ name }) => name),
    results: conversation.results.length,
    broken,
  };
  process.send?.(report);
  if (broken !== undefined) throw new ProtocolError(INVALID_PARAMS, broken);
  const step = nextStep(conversation);
  return params.tools === undefined ? textAnswer(step) : nativeAnswer(step);
});

function nativeAnswer(step: Step) {
  return {
    role: "assistant" as const,
    model: "scripted-model",
    stopReason: step.calls.length > 0 ? "toolUse" : "endTurn",
    content: [
      ...(step.text === "" ? [] : [{ type: "text" as const, text: step.text }]),
      ...step.calls.map((call) => ({
        type: "tool_use" as const,
        id: `toolu_${++calls}`,
        name: call.name,
        input: { ...call.arguments },
      })),
    ],
  };
}

function textAnswer(step: Step) {
  const blocks = step.calls.map((call) => `<tool_call>\n${JSON.stringify(call)}\n</tool_call>`);
  const text = [step.text, ...blocks].filter((part) => part !== "").join("\n");
  return {
    role: "assistant" as const,
    model: "scripted-model",
    stopReason: "endTurn",
    content: { type: "text" as const, text },
  };
}

process.on("disconnect", () => process.exit(0));
const [command = process.execPath, ...args] = bridge;
const env = process.env as Record<string, string>;
await client.connect(new StdioClientTransport({ command, args, env, stderr: "inherit" }));
