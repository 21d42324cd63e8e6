/** What is refused before the model hears of it, and what is told of what it counts and thinks. */
import { crc32, deflateSync } from "node:zlib";
import { expect, test } from "vitest";

import { anthropic, openAi } from "../support/clients.ts";
import { bird, echo, MODELS } from "../support/scripted-model.ts";
import { ask, type Editor } from "./editor.ts";

const LARGE = 1000;

const toolsOf = (names: readonly string[]) =>
  names.map((name) => ({
    type: "function" as const,
    function: { name, parameters: { type: "object", properties: {} } },
  }));
const tools = (count: number) => toolsOf(Array.from({ length: count }, (_, index) => `tool-${index}`));

export function limits(editor: () => Editor): void {
  test("200 tools, and a tool with a name that VS Code's models do not take, are refused by name", async () => {
    const { window, url } = editor();
    const { completions } = openAi(url).chat;
    await expect(completions.create({ ...ask("look"), tools: tools(200) })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("128 tools") as string,
    });
    await expect(completions.create({ ...ask("look"), tools: toolsOf(["sky.blue"]) })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("sky.blue") as string,
    });
    expect(window.model.requests).toEqual([]);

    await completions.create({ ...ask("look"), tools: tools(128) });
    expect(window.model.requests[0]?.tools).toHaveLength(128);
  });

  test("thinking of another service, and thinking that was damaged, is left out and told", async () => {
    const { window, url } = editor();
    window.model.behave = (request) => {
      request.think("Mine.", "thought-1", { signature: "s1" });
      request.answer("Done.");
    };
    const asking = { model: "scripted/parrot", max_tokens: 2000 };
    const question = { role: "user" as const, content: "think" };
    const first = await anthropic(url).messages.create({
      ...asking,
      thinking: { type: "enabled", budget_tokens: 1024 },
      messages: [question],
    });
    const [mine] = first.content;
    const own = mine?.type === "thinking" ? mine.signature : "";

    window.model.behave = echo;
    for (const signature of ["of-another-service", own.slice(0, -3)]) {
      window.model.requests.length = 0;
      const { response } = await anthropic(url)
        .messages.create({
          ...asking,
          messages: [
            question,
            { role: "assistant", content: [{ type: "thinking", thinking: "Whose?", signature }] },
            { role: "assistant", content: "Done." },
            question,
          ],
        })
        .withResponse();
      expect(response.headers.get("x-mcp-notices")).toContain("reasoning-left-out");
      const parts = window.model.requests[0]?.messages.flatMap((message) => message.parts) ?? [];
      expect(JSON.stringify(parts)).not.toContain("Whose?");
    }
  });

  test("where the provider counts nothing the counts are said to be estimated", async () => {
    const { window, url } = editor();
    const { completions } = openAi(url).chat;
    const estimated = await completions.create(ask("hello"));
    expect(estimated.usage).toMatchObject({ estimated: true });

    window.model.behave = (request) => {
      request.data("usage", JSON.stringify({ prompt_tokens: 12, completion_tokens: 5 }));
      request.answer("Counted.");
    };
    const counted = await completions.create(ask("hello"));
    expect(counted.usage).toMatchObject({ prompt_tokens: 12, completion_tokens: 5 });
    expect(counted.usage).not.toHaveProperty("estimated");
  });

  test("pictures larger than VS Code sends arrive under a label that fits what arrives", async () => {
    const { window, url } = editor();
    const jpeg = String(
      await window.page.evaluate(`(() => {
        const canvas = document.createElement("canvas");
        canvas.width = ${LARGE}; canvas.height = ${LARGE};
        canvas.getContext("2d").fillRect(10, 10, 500, 500);
        return canvas.toDataURL("image/jpeg");
      })()`),
    ).replace("data:image/jpeg;base64,", "");
    const png = largePng(LARGE).toString("base64");
    for (const [label, data] of [
      ["image/png", png],
      ["image/jpeg", png],
      ["image/jpeg", jpeg],
      ["image/png", jpeg],
    ] as const) {
      window.model.requests.length = 0;
      await openAi(url).chat.completions.create(withPicture(`data:${label};base64,${data}`));
      const part = window.model.requests[0]?.messages.at(-1)?.parts[0];
      if (part === undefined || !("mimeType" in part)) throw new Error("No picture has arrived.");
      expect([part.mimeType, kindOf(Buffer.from(part.base64, "base64"))]).toEqual([
        part.mimeType,
        part.mimeType,
      ]);
    }
  });

  test("a picture that VS Code cannot read is refused with words, and one for a model without eyes before it is sent", async () => {
    const { window, url } = editor();
    const { completions } = openAi(url).chat;
    // The head of a picture and nothing of it.
    const broken = largePng(LARGE).subarray(0, 40).toString("base64");
    const failure: unknown = await completions
      .create(withPicture(`data:image/png;base64,${broken}`))
      .catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ status: 400, message: expect.stringContaining("image") as string });

    window.model.requests.length = 0;
    window.model.offer([...MODELS, bird("mole", { capabilities: { imageInput: false } })]);
    await expect
      .poll(async () => (await openAi(url).models.list()).data.map(({ id }) => id))
      .toContain("scripted/mole");
    await expect(
      completions.create({
        ...withPicture(`data:image/png;base64,${largePng(8).toString("base64")}`),
        model: "scripted/mole",
      }),
    ).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("does not accept images") as string,
    });
    expect(window.model.requests).toEqual([]);
    window.model.offer(MODELS);
  });
}

function withPicture(url: string) {
  return {
    model: "scripted/parrot",
    messages: [{ role: "user" as const, content: [{ type: "image_url" as const, image_url: { url } }] }],
  };
}

function kindOf(bytes: Buffer): string {
  if (bytes.readUInt32BE(0) === 0x89_50_4e_47) return "image/png";
  return bytes.readUInt16BE(0) === 0xff_d8 ? "image/jpeg" : "unknown";
}

/** A square of one colour. */
function largePng(size: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc(size * (size + 1)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    pngChunk("IHDR", head),
    pngChunk("IDAT", rows),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
