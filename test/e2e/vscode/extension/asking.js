"use strict";
/** Asks models of other providers for the test run, as any extension may (`vscode.lm`). */
const vscode = require("vscode");
const { describePart } = require("./parts.js");

/** What the test run may ask for; each ends with a `result`. */
exports.asking = (send) => {
  const running = new Map();
  const answering = (act) => async (message) => {
    const { call } = message;
    try {
      send({ type: "result", call, value: await act(message) });
    } catch (error) {
      send({ type: "result", call, error: String(error) });
    }
  };
  return {
    models: answering(async ({ selector }) => {
      const models = await vscode.lm.selectChatModels(selector);
      return models.map(({ id, name, vendor, family, maxInputTokens }) => ({
        id,
        name,
        vendor,
        family,
        maxInputTokens,
      }));
    }),
    ask: answering(async ({ call, selector, messages, tools }) => {
      const [model] = await vscode.lm.selectChatModels(selector);
      if (model === undefined) throw new Error(`There is no model ${JSON.stringify(selector)}.`);
      const leaving = new vscode.CancellationTokenSource();
      running.set(call, leaving);
      try {
        const options = { tools, justification: "A test asks." };
        const answer = await model.sendRequest(messages.map(messageOf), options, leaving.token);
        for await (const part of answer.stream) send({ type: "said", call, part: describePart(part) });
      } finally {
        running.delete(call);
      }
    }),
    leave: async ({ call }) => running.get(call)?.cancel(),
  };
};

function messageOf({ role, parts }) {
  const content = parts.map((part) => {
    if ("text" in part) return new vscode.LanguageModelTextPart(part.text);
    if ("base64" in part)
      return new vscode.LanguageModelDataPart(Buffer.from(part.base64, "base64"), part.mimeType);
    if ("input" in part) return new vscode.LanguageModelToolCallPart(part.callId, part.name, part.input);
    const result = part.content.map(({ text }) => new vscode.LanguageModelTextPart(text));
    return new vscode.LanguageModelToolResultPart(part.resultOf, result);
  });
  return new vscode.LanguageModelChatMessage(role, content);
}
