/** What the scripted model wants done, in the tools that the agent offers. */
import type { OfferedTool } from "./conversation.ts";

export interface ToolCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface Hands {
  read(path: string): ToolCall;
  edit(path: string, change: { readonly from: string; readonly to: string }): ToolCall;
  run(command: string): ToolCall;
  /** The tool that takes the answer, where an agent has one. */
  answer(text: string): ToolCall | undefined;
}

/** @throws Error that lists the tools when none of them will do. */
export function handsFor(tools: readonly OfferedTool[]): Hands {
  const find = (name: string, ...parameters: string[]): OfferedTool | undefined =>
    tools.find(
      (tool) => tool.name.toLowerCase() === name && parameters.every((key) => tool.parameters.has(key)),
    );
  const run = (command: string): ToolCall => {
    const bash = find("bash", "command");
    if (bash !== undefined)
      return { name: bash.name, arguments: { command, description: "Runs the next step" } };
    const exec = find("exec_command", "cmd");
    if (exec !== undefined) return { name: exec.name, arguments: { cmd: command } };
    const script = find("functions__exec", "input");
    if (script !== undefined)
      return javascript(
        script,
        `text((await tools.exec_command({ cmd: ${JSON.stringify(command)} })).output);`,
      );
    const gemini = find("run_shell_command", "command");
    if (gemini !== undefined) return { name: gemini.name, arguments: { command } };
    const shell = find("shell_command", "command");
    if (shell !== undefined) return { name: shell.name, arguments: { command } };
    throw new Error(`No tool to run a command: ${describe(tools)}`);
  };
  return {
    run,
    answer(text) {
      const final = find("final_answer", "answer");
      return final && { name: final.name, arguments: { answer: text } };
    },
    read(path) {
      const claude = find("read", "file_path");
      if (claude !== undefined) return { name: claude.name, arguments: { file_path: path } };
      const opencode = find("read", "filePath");
      if (opencode !== undefined) return { name: opencode.name, arguments: { filePath: path } };
      const cn = find("read", "filepath");
      if (cn !== undefined) return { name: cn.name, arguments: { filepath: path } };
      const gemini = find("read_file", "file_path");
      if (gemini !== undefined) return { name: gemini.name, arguments: { file_path: path } };
      return run(`cat ${path}`);
    },
    edit(path, { from, to }) {
      const claude = find("edit", "file_path", "old_string", "new_string");
      if (claude !== undefined)
        return { name: claude.name, arguments: { file_path: path, old_string: from, new_string: to } };
      const opencode = find("edit", "filePath", "oldString", "newString");
      if (opencode !== undefined)
        return { name: opencode.name, arguments: { filePath: path, oldString: from, newString: to } };
      const copilot = find("edit", "path", "old_str", "new_str");
      if (copilot !== undefined)
        return { name: copilot.name, arguments: { path, old_str: from, new_str: to } };
      const gemini = find("replace", "file_path", "instruction", "old_string", "new_string");
      if (gemini !== undefined) {
        const replaced = { instruction: "Make it ripe.", old_string: from, new_string: to };
        return { name: gemini.name, arguments: { file_path: path, ...replaced } };
      }
      const patch = `*** Begin Patch\n*** Update File: ${path}\n@@\n-${from}\n+${to}\n*** End Patch\n`;
      const custom = find("apply_patch", "input");
      if (custom !== undefined) return { name: custom.name, arguments: { input: patch } };
      const script = find("functions__exec", "input");
      if (script !== undefined)
        return javascript(script, `text(await tools.apply_patch(${JSON.stringify(patch)}));`);
      return run(`apply_patch <<'EOF'\n${patch}EOF`);
    },
  };
}

/** Codex gives some models one tool that runs JavaScript, in which all others are functions. */
function javascript({ name }: OfferedTool, input: string): ToolCall {
  return { name, arguments: { input } };
}

function describe(tools: readonly OfferedTool[]): string {
  return tools.map(({ name, parameters }) => `${name}(${[...parameters].join(", ")})`).join("; ");
}
