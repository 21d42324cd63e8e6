"use strict";
/** A language model of another maker than the scripted one: the person is asked about it by itself. It says one thing. */
const vscode = require("vscode");

exports.activate = (context) => {
  const model = {
    id: "finch",
    name: "Second Finch",
    family: "birds",
    version: "1",
    maxInputTokens: 100_000,
    maxOutputTokens: 8_000,
    isUserSelectable: true,
    capabilities: {},
    requiresAuthorization: { label: "Second" },
  };
  context.subscriptions.push(
    vscode.lm.registerLanguageModelChatProvider("second", {
      provideLanguageModelChatInformation: () => [model],
      provideTokenCount: async () => 1,
      provideLanguageModelChatResponse: async (_model, _messages, _options, progress) =>
        progress.report(new vscode.LanguageModelTextPart("Chirp.")),
    }),
  );
};
