import http from "node:http";

import { slotMark } from "./host.ts";
import { prose } from "./text.ts";

export const CHAT = "/v1/chat/completions";
export const MESSAGES = "/v1/messages";

/** The JSON of a chat request from the caller in `slot`, its prompt `promptBytes` long. */
export function chatBody(slot: number, promptBytes: number, stream: boolean): Buffer {
  const content = (slotMark(slot) + prose(promptBytes)).slice(0, promptBytes);
  const messages = [{ role: "user", content }];
  return Buffer.from(JSON.stringify({ model: "bench-model", max_tokens: 100_000, stream, messages }));
}

/** Sends one request and returns the text of its streamed answer and the number of pieces it came in. */
export async function read(
  port: number,
  body: Buffer,
  path = CHAT,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ text: string; pieces: number }> {
  const response = await post(port, body, path, headers);
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const raw = Buffer.concat(chunks).toString();
  if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode}: ${raw}`);
  const data = raw.split("\n").filter((line) => line.startsWith("data: {"));
  const pieces = data.map((line) => textOf(line.slice("data: ".length))).filter((piece) => piece !== "");
  return { text: pieces.join(""), pieces: pieces.length };
}

/** A chunk of `/v1/chat/completions` or an event of `/v1/messages`. */
interface Frame {
  readonly choices?: readonly { readonly delta?: { readonly content?: string | null } }[];
  readonly delta?: { readonly text?: string };
}

function textOf(json: string): string {
  const frame = JSON.parse(json) as Frame;
  return frame.delta?.text ?? frame.choices?.[0]?.delta?.content ?? "";
}

/** Sends one request on a connection of its own; resolves with the head of its answer. */
export function post(
  port: number,
  body: Buffer,
  path = CHAT,
  headers: Readonly<Record<string, string>> = {},
): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = http.request({
      host: "127.0.0.1",
      port,
      agent: false,
      path,
      method: "POST",
      headers: { "content-type": "application/json", "content-length": body.length, ...headers },
    });
    request.on("response", resolve);
    request.on("error", reject);
    request.end(body);
  });
}
