/** A real MCP client as host, in a process of its own, whose model is the scripted one. */
import { Client, ProtocolError } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { assist } from "./assistant.ts";
import { readNative, readText, type SamplingParams } from "./conversation.ts";
import { writeEdit } from "./editor.ts";
import type { HostOptions, HostReport } from "./host-options.ts";
import { inWords, nextStep, type Step } from "./model.ts";
import { readQuestion } from "./question.ts";
import { brokenRule } from "./rules.ts";
import { seek } from "./seeker.ts";

const INVALID_PARAMS = -32_602;

const { bridge, tools, model } = JSON.parse(process.env["MCPTB_TEST_HOST"] ?? "") as HostOptions;

const client = new Client(
  { name: "scripted-host", version: "1.0.0" },
  { capabilities: { sampling: tools ? { tools: {} } : {} } },
);
let calls = 0;

client.setRequestHandler("sampling/createMessage", (request) => {
  const params = request.params as SamplingParams;
  const conversation = tools ? readNative(params) : readText(params);
  const question = readQuestion(params, { native: tools });
  const broken = brokenRule(params, tools);
  const report: HostReport = {
    tools: conversation.tools.map(({ name }) => name),
    results: conversation.results.length,
    media: question.media.map(({ mimeType }) => mimeType),
    broken,
  };
  process.send?.(report);
  if (broken !== undefined) throw new ProtocolError(INVALID_PARAMS, broken);
  const step = {
    worker: () => nextStep(conversation),
    assistant: () => assist(question),
    editor: () => writeEdit(params),
    seeker: () => seek(conversation),
  }[model]();
  return { model: modelFor(params), ...(params.tools === undefined ? textAnswer(step) : nativeAnswer(step)) };
});

const LENT = ["scripted-model", "scripted-model-mini"];

/** Takes the first hint that is one of its models (MCP 2025-11-25, Sampling, "Model preferences"). */
function modelFor({ modelPreferences }: SamplingParams): string {
  const hints = modelPreferences?.hints?.map(({ name }) => name) ?? [];
  return LENT.find((name) => hints.includes(name)) ?? LENT[0] ?? "";
}

function nativeAnswer(step: Step) {
  return {
    role: "assistant" as const,
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
  return {
    role: "assistant" as const,
    stopReason: "endTurn",
    content: { type: "text" as const, text: inWords(step) },
  };
}

process.on("disconnect", () => process.exit(0));
const [command = process.execPath, ...args] = bridge;
const env = process.env as Record<string, string>;
await client.connect(new StdioClientTransport({ command, args, env, stderr: "inherit" }));
