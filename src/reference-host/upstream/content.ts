/** The content of sampling messages, as both upstream APIs need it. */
import type { CreateMessageRequestParams } from "@modelcontextprotocol/client";

type Message = CreateMessageRequestParams["messages"][number];
type Content = Message["content"];
export type Block = Content extends infer Each ? (Each extends readonly (infer One)[] ? One : Each) : never;
export type ToolResult = Extract<Block, { type: "tool_result" }>;
export type ToolUse = Extract<Block, { type: "tool_use" }>;
export type Media = Extract<Block, { type: "image" | "audio" }>;
export type Text = Extract<Block, { type: "text" }>;

export function blocksOf({ content }: Message): readonly Block[] {
  return Array.isArray(content) ? content : [content];
}

/** What a tool gave, as text and media: other kinds of content become the text that stands for them. */
export function resultParts({ content, structuredContent }: ToolResult): (Text | Media)[] {
  const parts = content.map((block): Text | Media => {
    switch (block.type) {
      case "text":
      case "image":
      case "audio":
        return block;
      case "resource":
        return text("text" in block.resource ? block.resource.text : block.resource.uri);
      case "resource_link":
        return text(block.uri);
      default:
        return block satisfies never;
    }
  });
  if (parts.length > 0 || structuredContent === undefined) return parts;
  return [text(JSON.stringify(structuredContent))];
}

function text(value: string): Text {
  return { type: "text", text: value };
}
