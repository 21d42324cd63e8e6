/** What is looked at in a chat stream; an error frame has no choices. */
export interface Chunk {
  readonly choices?: readonly { readonly delta: { readonly content?: string } }[];
}

/** A streamed answer as it is on the wire, comments included, which the vendors' clients do not show. */
export interface WireStream {
  readonly text: string;
  /** The JSON of the `data` lines so far. */
  chunks(): Chunk[];
  /** Waits until the text so far matches. */
  until(pattern: RegExp, timeoutMs?: number): Promise<void>;
  /** Waits until there are so many `data` lines. */
  untilChunks(count: number, timeoutMs?: number): Promise<void>;
  /** Waits for the end of the body. */
  end(): Promise<void>;
}

/** Posts a request for a stream and reads along. */
export async function readStream(url: string, body: object): Promise<WireStream> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(120_000),
  });
  if (response.status !== 200 || response.body === null) {
    throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const chunks = () =>
    [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, json = ""]): Chunk => JSON.parse(json));

  /** Reads on until `holds`; nothing else reads, so no text is lost between two calls. */
  async function readUntil(what: string, holds: () => boolean, timeoutMs: number): Promise<void> {
    const end = Date.now() + timeoutMs;
    while (!holds()) {
      if (Date.now() > end) throw new Error(`Not in the stream within ${timeoutMs} ms: ${what}\n${text}`);
      const { done, value } = await reader.read();
      if (done) {
        if (holds()) return;
        throw new Error(`The stream ended without ${what}\n${text}`);
      }
      text += value;
    }
  }
  return {
    get text() {
      return text;
    },
    chunks,
    until: (pattern, timeoutMs = 60_000) => readUntil(String(pattern), () => pattern.test(text), timeoutMs),
    untilChunks: (count, timeoutMs = 60_000) =>
      readUntil(`${count} chunks`, () => chunks().length >= count, timeoutMs),
    end: async () => {
      for (let next = await reader.read(); !next.done; next = await reader.read()) text += next.value;
    },
  };
}
