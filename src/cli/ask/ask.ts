/** `mcptb ask`: one question to the model of the running bridge; the answer goes to stdout, everything else to stderr. */
import { oneLine } from "../../util/terminal-text.ts";
import type { BridgeAddress } from "../../joining/ask-bridge.ts";
import { CliError } from "../failure.ts";
import { printAnswer, tell } from "../print.ts";
import type { ChatMessage } from "../../joining/chat-request.ts";
import { streamChat, type ChatAnswer } from "../../joining/stream-chat.ts";
import { filePart, pipedText, type PromptPart } from "./prompt-files.ts";
import { say } from "../../util/say.ts";

export interface AskOptions {
  readonly words: readonly string[];
  readonly model: string;
  readonly system: string | undefined;
  readonly files: readonly string[];
  readonly maxTokens: number | undefined;
  /** Print one JSON object when the answer is complete, instead of streaming the answer. */
  readonly json: boolean;
}

/** @throws CliError when there is no question, or no complete answer. */
export async function ask(address: BridgeAddress, options: AskOptions, signal: AbortSignal): Promise<void> {
  const { model, maxTokens, json } = options;
  let ended = true;
  const onText = async (text: string): Promise<void> => {
    ended = text.endsWith("\n");
    await printAnswer(text);
  };
  const outcome = await streamChat(
    address,
    { model, messages: await messagesOf(options), ...(maxTokens !== undefined && { maxTokens }) },
    { ...(!json && { onText }), onWaiting: (text) => tell(`… ${oneLine(text, 300)}\n`) },
    signal,
  );
  if (!ended) await printAnswer("\n");
  if ("failure" in outcome) throw new CliError(`${outcome.failure.message}\n${outcome.failure.remedy}`);
  const { answer } = outcome;
  if (json) await printAnswer(`${JSON.stringify(answerJson(answer), undefined, 2)}\n`);
  else if (answer.text === "") tell(`(${say`the model answered with no text`})\n`);
  if (answer.finishReason === "length") tell(`(${say`the answer was cut at the token limit`})\n`);
  if (!json && answer.notices !== undefined) tell(`(${oneLine(answer.notices, 300)})\n`);
}

async function messagesOf({ words, system, files }: AskOptions): Promise<ChatMessage[]> {
  const question = words.join(" ").trim();
  const piped = await pipedText(process.stdin, () =>
    tell(`${say`Waiting for the end of standard input; press Ctrl-D, or redirect it from /dev/null.`}\n`),
  );
  const parts: PromptPart[] = [];
  for (const file of files) parts.push(await filePart(file));
  if (piped !== "") parts.push({ type: "text", text: piped });
  if (question !== "") parts.push({ type: "text", text: question });
  if (parts.length === 0) throw new CliError(say`there is no question; write it after the command`);
  const [only] = parts;
  const content = parts.length === 1 && only?.type === "text" ? only.text : parts;
  return [
    ...(system === undefined ? [] : [{ role: "system", content: system } as const]),
    { role: "user", content },
  ];
}

function answerJson({ model, text, finishReason, usage, notices }: ChatAnswer): object {
  return { model, text, finish_reason: finishReason ?? null, usage: usage ?? null, notices: notices ?? null };
}
