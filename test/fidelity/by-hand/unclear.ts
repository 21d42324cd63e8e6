/** Calls that were meant, but not which: they go back to the model, and nothing of them to the client. */
import { json, read, rows } from "./case.ts";

export const unclear = rows("unclear", [
  ["words in the block", "<tool_call>\nread the file a.ts\n</tool_call>", []],
  ["an empty block", "Ok.\n<tool_call>\n</tool_call>", [], "Ok."],
  ["no name", '<tool_call>\n{"file_path": "a.ts"}\n</tool_call>', []],
  ["no such tool", '<tool_call>\n{"name": "Teleport", "arguments": {}}\n</tool_call>', []],
  [
    "a name between two tools",
    '<tool_call>\n{"name": "Reit", "arguments": {"file_path": "a.ts"}}\n</tool_call>',
    [],
  ],
  [
    "a required argument missing",
    '<tool_call>\n{"name": "Write", "arguments": {"file_path": "a.ts"}}\n</tool_call>',
    [],
  ],
  [
    "an argument of the wrong kind",
    '<tool_call>\n{"name": "TodoWrite", "arguments": {"todos": "none"}}\n</tool_call>',
    [],
  ],
  ["arguments that are a list", '<tool_call>\n{"name": "Read", "arguments": ["a.ts"]}\n</tool_call>', []],
  ["arguments that are words", '<tool_call>\n{"name": "Read", "arguments": "a.ts"}\n</tool_call>', []],
  ["YAML", "<tool_call>\nname: Read\narguments:\n  file_path: a.ts\n</tool_call>", []],
  ["Python that computes", '<tool_call>\nRead(file_path="a" + ".ts")\n</tool_call>', []],
  ["Python without names", '<tool_call>\n[Read("a.ts")]\n</tool_call>', []],
  ["cut in the arguments", '<tool_call>\n{"name": "Read", "arguments": {"file_path": "a', []],
  ["cut in the name", '<tool_call>\n{"name": "Re', []],
  ["cut after the tag", "Ok.\n<tool_call>", [], "Ok."],
  ["cut in an escape", '<tool_call>\n{"name": "Read", "arguments": {"file_path": "a\\', []],
  [
    "closed inside a string",
    '<tool_call>\n{"name": "Bash", "arguments": {"command": "echo \n</tool_call>',
    [],
  ],
  [
    "cut in the second call",
    `<tool_call>\n${json(read("a"))}\n</tool_call>\n<tool_call>\n{"name": "Read", "arg`,
    [],
  ],
  [
    "cut in Claude's form",
    '<function_calls>\n<invoke name="Write">\n<parameter name="file_path">a.ts</parameter>\n<parameter name="content">half of',
    [],
  ],
  [
    "cut in Qwen's form",
    "<tool_call>\n<function=Write>\n<parameter=file_path>\na.ts\n</parameter>\n<parameter=content>\nhalf of",
    [],
  ],
  ["cut in DeepSeek's form", '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>Read<｜tool▁sep｜>{"file_pa', []],
  ["cut in Mistral's form", '[TOOL_CALLS][{"name": "Read", "arguments": {"file_pa', []],
  ["cut in GLM's form", "<tool_call>Read\n<arg_key>file_path</arg_key>\n<arg_value>a.", []],
  [
    "too deep",
    `<tool_call>\n{"name": "TodoWrite", "arguments": {"todos": ${"[".repeat(5000)}${"]".repeat(5000)}}}\n</tool_call>`,
    [],
  ],
  ["a loop of tags", "<tool_call>\n".repeat(50), []],
  [
    "a good call and one without sense",
    `<tool_call>\n${json(read("a"))}\n</tool_call>\n<tool_call>\n???\n</tool_call>`,
    [],
  ],
]);
