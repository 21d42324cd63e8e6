"use strict";
const vscode = require("vscode");

/** A part of a message as JSON. */
function describePart(part) {
  if (part instanceof vscode.LanguageModelTextPart) return { text: part.value };
  if (part instanceof vscode.LanguageModelDataPart) {
    return { mimeType: part.mimeType, base64: Buffer.from(part.data).toString("base64") };
  }
  if (part instanceof vscode.LanguageModelToolCallPart) {
    return { callId: part.callId, name: part.name, input: part.input };
  }
  if (part instanceof vscode.LanguageModelToolResultPart) {
    return { resultOf: part.callId, content: part.content.map(describePart) };
  }
  if (vscode.LanguageModelThinkingPart && part instanceof vscode.LanguageModelThinkingPart) {
    return { thinking: part.value, thought: part.id, metadata: part.metadata };
  }
  return { unknown: part?.constructor?.name ?? typeof part };
}

exports.describePart = describePart;
