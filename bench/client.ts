import http from "node:http";

import { slotMark } from "./host.ts";
import { prose } from "./text.ts";

/** The JSON of a chat request from the caller in `slot`, its prompt `promptBytes` long. */
export function chatBody(slot: number, promptBytes: number, stream: boolean): Buffer {
  const content = (slotMark(slot) + prose(promptBytes)).slice(0, promptBytes);
  return Buffer.from(JSON.stringify({ model: "bench-model", stream, messages: [{ role: "user", content }] }));
}

/** Sends one request and returns the text of its answer and the number of pieces it came in. */
export async function read(
  port: number,
  body: Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ text: string; pieces: number }> {
  const response = await post(port, body, headers);
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const raw = Buffer.concat(chunks).toString();
  if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode}: ${raw}`);
  if (!raw.startsWith("data:") && !raw.startsWith(":")) return { text: contentOf(raw), pieces: 1 };
  const frames = raw.split("\n\n").filter((frame) => frame.startsWith("data: {"));
  const pieces = frames
    .map((frame) => contentOf(frame.slice("data: ".length)))
    .filter((piece) => piece !== "");
  return { text: pieces.join(""), pieces: pieces.length };
}

interface Chat {
  readonly choices: readonly { readonly message?: Content; readonly delta?: Content }[];
}
interface Content {
  readonly content?: string | null;
}

function contentOf(json: string): string {
  const choice = (JSON.parse(json) as Chat).choices[0];
  return (choice?.message ?? choice?.delta)?.content ?? "";
}

/** Sends one request on a connection of its own; resolves with the head of its answer. */
export function post(
  port: number,
  body: Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = http.request({
      host: "127.0.0.1",
      port,
      agent: false,
      path: "/v1/chat/completions",
      method: "POST",
      headers: { "content-type": "application/json", "content-length": body.length, ...headers },
    });
    request.on("response", resolve);
    request.on("error", reject);
    request.end(body);
  });
}
