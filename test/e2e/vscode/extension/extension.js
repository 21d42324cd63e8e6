"use strict";
/**
 * A language model provider that decides nothing itself: every request goes to the test run, over the Unix socket
 * named in MCPTB_VSCODE_LINK, and the test run says what the model answers and which models there are. The test run can
 * also have VS Code commands executed, models of other providers asked (`asking.js`), and what the process holds
 * weighed. Both directions are JSON, one message a line.
 *
 * To the test run:   hello, request, cancelled, wrote, result, said (a part of what another model answers)
 * From the test run: part, think, data, call, pace, end, fail (an answer), offer (the models there are), execute (a
 *                    command), weigh, models, ask, leave (other models)
 */
const net = require("node:net");
const v8 = require("node:v8");
const vm = require("node:vm");
const vscode = require("vscode");
const { asking } = require("./asking.js");
const { describePart } = require("./parts.js");

const VENDOR = "scripted";
let models = [
  { id: "parrot", name: "Scripted Parrot", family: "birds", version: "1" },
  { id: "owl", name: "Scripted Owl", family: "birds", version: "1" },
];

exports.activate = async (context) => {
  const answers = new Map();
  const link = net.connect(process.env.MCPTB_VSCODE_LINK);
  const send = (message) => link.write(`${JSON.stringify(message)}\n`);
  context.subscriptions.push({ dispose: () => link.destroy() });
  const others = asking(send);
  const announced = new vscode.EventEmitter();
  context.subscriptions.push(announced);
  receive(link, (message) => {
    if (message.type === "execute") void execute(message, send);
    else if (message.type === "weigh") void weigh(message, send);
    else if (message.type === "offer") {
      models = message.models;
      announced.fire();
    } else if (others[message.type] !== undefined) void others[message.type](message);
    else answers.get(message.id)?.(message);
  });

  context.subscriptions.push(
    vscode.lm.registerLanguageModelChatProvider(VENDOR, provider(announced.event, answers, send)),
  );
  announced.fire();
  // VS Code asks a provider for its models only when somebody wants to know, and a server's first sampling request
  // does not count: without this it would be told that there is no model.
  while ((await vscode.lm.selectChatModels({ vendor: VENDOR })).length < models.length) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const folders = vscode.workspace.workspaceFolders ?? [];
  send({ type: "hello", pid: process.pid, version: vscode.version, folder: folders[0]?.uri.fsPath });
};

function provider(onDidChangeLanguageModelChatInformation, answers, send) {
  let last = 0;
  return {
    onDidChangeLanguageModelChatInformation,
    provideLanguageModelChatInformation: () =>
      models.map((model) => ({
        maxInputTokens: 100_000,
        maxOutputTokens: 8_000,
        isUserSelectable: true,
        capabilities: { imageInput: true, toolCalling: true },
        ...model,
        // As Copilot's models: the person is asked before another extension may use them.
        ...(process.env.MCPTB_VSCODE_ASKS && { requiresAuthorization: { label: "Scripted" } }),
      })),
    provideTokenCount: async (_model, text) => Math.ceil(JSON.stringify(text).length / 4),
    provideLanguageModelChatResponse: (model, messages, options, progress, token) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        const settle = (act) => {
          answers.delete(id);
          onCancel.dispose();
          act();
        };
        answers.set(id, (message) => {
          if (message.type === "part") progress.report(new vscode.LanguageModelTextPart(message.text));
          else if (message.type === "think")
            progress.report(
              new vscode.LanguageModelThinkingPart(message.text, message.thought, message.metadata),
            );
          else if (message.type === "data")
            progress.report(new vscode.LanguageModelDataPart(Buffer.from(message.text), message.mimeType));
          else if (message.type === "call")
            progress.report(
              new vscode.LanguageModelToolCallPart(message.callId, message.name, message.input),
            );
          else if (message.type === "pace") void pace(message, progress, token).then(send);
          else if (message.type === "end") settle(resolve);
          else settle(() => reject(failure(message)));
        });
        const onCancel = token.onCancellationRequested(() => {
          send({ type: "cancelled", id, at: Date.now() });
          settle(() => reject(new vscode.CancellationError()));
        });
        send({
          type: "request",
          id,
          model: model.id,
          messages: messages.map((message) => ({
            role: message.role,
            parts: message.content.map(describePart),
          })),
          options: options.modelOptions ?? {},
          toolMode: options.toolMode,
          configuration: options.modelConfiguration,
          tools: (options.tools ?? []).map((tool) => tool.name),
          schemas: (options.tools ?? []).map((tool) => tool.inputSchema),
        });
      }),
  };
}

/** Writes numbered parts at a steady pace, and tells when it wrote each. */
async function pace({ id, count, gapMs }, progress, token) {
  const at = [];
  for (let index = 0; index < count && !token.isCancellationRequested; index += 1) {
    if (index > 0) await new Promise((resolve) => setTimeout(resolve, gapMs));
    at.push(Date.now());
    progress.report(new vscode.LanguageModelTextPart(`${index} `));
  }
  return { type: "wrote", id, at };
}

/** Copilot tells some kinds of failure by the error's name alone. */
function failure({ code, name, message }) {
  const make = vscode.LanguageModelError[code];
  const error = typeof make === "function" ? make(message) : new Error(message);
  if (name !== undefined) error.name = name;
  return error;
}

/** What the extension host's process holds when all that can go has gone. */
async function weigh({ call }, send) {
  v8.setFlagsFromString("--expose-gc");
  const collect = vm.runInNewContext("gc");
  for (let pass = 0; pass < 3; pass += 1) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  send({ type: "result", call, value: heapUsed + external });
}

async function execute({ call, command, args }, send) {
  try {
    // What a command returns may not be JSON; nobody here needs it.
    await vscode.commands.executeCommand(command, ...args.map(revive));
    send({ type: "result", call });
  } catch (error) {
    send({ type: "result", call, error: String(error) });
  }
}

/** Files cross the socket as {"file": path}. */
function revive(arg) {
  return typeof arg?.file === "string" ? vscode.Uri.file(arg.file) : arg;
}

function receive(link, handle) {
  let rest = "";
  link.setEncoding("utf8").on("data", (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    for (const line of lines) handle(JSON.parse(line));
  });
}
