import type { HistoryRecord } from "../../../src/control/history/record.ts";

/** A request as the history keeps it; `parts` are what matters of it. */
export function record(parts: Partial<HistoryRecord> = {}): HistoryRecord {
  return {
    at: Date.UTC(2030, 0, 2, 12, 30),
    id: "request",
    key: "anna",
    client: "curl",
    host: "vscode",
    asked: "auto",
    model: "gpt",
    api: "openai-chat",
    route: "/v1/chat/completions",
    stream: true,
    status: 200,
    error: undefined,
    inputTokens: 10,
    cachedTokens: undefined,
    outputTokens: 5,
    estimated: true,
    firstMs: 20,
    ms: 30,
    notices: [],
    tried: [],
    ...parts,
  };
}
