import type { Tool } from "../../src/turn/request.ts";

const text = { type: "string" } as const;

function tool(name: string, properties: Record<string, object>, required = Object.keys(properties)): Tool {
  return { name, description: `The tool ${name}.`, inputSchema: { type: "object", properties, required } };
}

/** Tools like those of coding agents. */
export const TOOLS: readonly Tool[] = [
  tool("Read", { file_path: text }),
  tool("Write", { file_path: text, content: text }),
  tool("Edit", { file_path: text, old_string: text, new_string: text }),
  tool("Bash", { command: text, timeout: { type: "number" } }, ["command"]),
  tool("Grep", { pattern: text, glob: text }, ["pattern"]),
  tool("mcp__github__create_issue", { title: text, labels: { type: "array", items: text } }, ["title"]),
  tool("TodoWrite", { todos: { type: "array", items: { type: "object" } } }),
  tool("list_files", {}),
];
