/** Forms that model families were trained on, where docs/tools.md says that they are read. */
import { bash, json, list, read, rows, write } from "./case.ts";

const a = [read("a.ts")];
const llama = '{"name": "Read", "parameters": {"file_path": "a.ts"}}';
const invoke = '<invoke name="Read">\n<parameter name="file_path">a.ts</parameter>\n</invoke>';

export const otherForms = rows("other form", [
  // Hermes and Qwen
  [
    "Qwen 3 with thinking",
    `<think>\nok\n</think>\n\n<tool_call>\n${json(read("a.ts"))}\n</tool_call>`,
    a,
    "<think>\nok\n</think>",
  ],
  [
    "Qwen 3 with empty thinking",
    `<think>\n\n</think>\n\n<tool_call>\n${json(read("a.ts"))}\n</tool_call>`,
    a,
    "<think>\n\n</think>",
  ],
  [
    "Qwen coder",
    "<tool_call>\n<function=Read>\n<parameter=file_path>\na.ts\n</parameter>\n</function>\n</tool_call>",
    a,
  ],
  ["Qwen coder, bare", "<function=Read>\n<parameter=file_path>\na.ts\n</parameter>\n</function>", a],
  [
    "Qwen coder, end of parameter missing",
    "<tool_call>\n<function=Read>\n<parameter=file_path>\na.ts\n</function>\n</tool_call>",
    a,
  ],
  ["Qwen coder, no parameters", "<tool_call>\n<function=list_files>\n</function>\n</tool_call>", [list]],
  [
    "Qwen coder, a number",
    "<tool_call>\n<function=Bash>\n<parameter=command>\nls\n</parameter>\n<parameter=timeout>\n500\n</parameter>\n</function>\n</tool_call>",
    [bash("ls", 500)],
  ],
  [
    "Qwen coder, digits for a text",
    "<tool_call>\n<function=Bash>\n<parameter=command>\n007\n</parameter>\n</function>\n</tool_call>",
    [bash("007")],
  ],
  [
    "Qwen coder, JSON for a text",
    '<tool_call>\n<function=Write>\n<parameter=file_path>\np.json\n</parameter>\n<parameter=content>\n{"a": 1}\n</parameter>\n</function>\n</tool_call>',
    [write("p.json", '{"a": 1}')],
  ],
  [
    "Qwen coder, code with tags",
    "<tool_call>\n<function=Write>\n<parameter=file_path>\nx.html\n</parameter>\n<parameter=content>\n<p>if (a < b && c > d)</p>\n</parameter>\n</function>\n</tool_call>",
    [write("x.html", "<p>if (a < b && c > d)</p>")],
  ],
  [
    "Qwen coder, a list",
    '<tool_call>\n<function=mcp__github__create_issue>\n<parameter=title>\nBug\n</parameter>\n<parameter=labels>\n["a", "b"]\n</parameter>\n</function>\n</tool_call>',
    [{ name: "mcp__github__create_issue", input: { title: "Bug", labels: ["a", "b"] } }],
  ],
  // Llama
  ["Llama 3, bare", llama, a],
  ["Llama 3, bare with type", '{"type": "function", "name": "Read", "parameters": {"file_path": "a.ts"}}', a],
  ["Llama 3, python tag", `<|python_tag|>${llama}`, a],
  ["Llama 3, python tag and end", `<|python_tag|>${llama}<|eom_id|>`, a],
  [
    "Llama 3, two with a semicolon",
    `${llama}; {"name": "list_files", "parameters": {}}`,
    [read("a.ts"), list],
  ],
  ["Llama 3.1, function tag", '<function=Read>{"file_path": "a.ts"}</function>', a],
  ["Llama 3.1, function tag, end token", '<function=Read>{"file_path": "a.ts"}</function><|eot_id|>', a],
  ["a bare list", `[${json(read("a.ts"))}, ${json(list)}]`, [read("a.ts"), list]],
  ["bare, one a line", `${json(read("a.ts"))}\n${json(list)}`, [read("a.ts"), list]],
  ["bare in a fence", `\`\`\`json\n${json(read("a.ts"))}\n\`\`\``, a],
  ["text, then bare in a fence", `Reading:\n\`\`\`json\n${json(read("a.ts"))}\n\`\`\``, a, "Reading:"],
  // Mistral
  ["Mistral, list", '[TOOL_CALLS] [{"name": "Read", "arguments": {"file_path": "a.ts"}}]', a],
  [
    "Mistral, list with ids",
    '[TOOL_CALLS][{"name": "Read", "arguments": {"file_path": "a.ts"}, "id": "abc123XYZ"}]</s>',
    a,
  ],
  ["Mistral, name and JSON", '[TOOL_CALLS]Read{"file_path": "a.ts"}', a],
  ["Mistral, ARGS", '[TOOL_CALLS]Read[ARGS]{"file_path": "a.ts"}', a],
  [
    "Mistral, two with ARGS",
    '[TOOL_CALLS]Read[ARGS]{"file_path": "a.ts"}[TOOL_CALLS]list_files[ARGS]{}',
    [read("a.ts"), list],
  ],
  ["Mistral, CALL_ID", '[TOOL_CALLS]Read[CALL_ID]abc123XYZ[ARGS]{"file_path": "a.ts"}', a],
  [
    "Mistral, text before",
    'Sure.[TOOL_CALLS][{"name": "Read", "arguments": {"file_path": "a.ts"}}]',
    a,
    "Sure.",
  ],
  // DeepSeek
  [
    "DeepSeek V3",
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>Read\n```json\n{"file_path": "a.ts"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
    a,
  ],
  [
    "DeepSeek V3.1",
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>Read<｜tool▁sep｜>{"file_path": "a.ts"}<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
    a,
  ],
  [
    "DeepSeek V3.1, two",
    'Ok.<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>Read<｜tool▁sep｜>{"file_path": "a.ts"}<｜tool▁call▁end｜><｜tool▁call▁begin｜>list_files<｜tool▁sep｜>{}<｜tool▁call▁end｜><｜tool▁calls▁end｜><｜end▁of▁sentence｜>',
    [read("a.ts"), list],
    "Ok.",
  ],
  // Kimi
  [
    "Kimi K2",
    '<|tool_calls_section_begin|><|tool_call_begin|>functions.Read:0<|tool_call_argument_begin|>{"file_path": "a.ts"}<|tool_call_end|><|tool_calls_section_end|>',
    a,
  ],
  [
    "Kimi K2, two",
    '<|tool_calls_section_begin|><|tool_call_begin|>functions.Read:0<|tool_call_argument_begin|>{"file_path": "a.ts"}<|tool_call_end|><|tool_call_begin|>functions.list_files:1<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>',
    [read("a.ts"), list],
  ],
  // GLM
  ["GLM 4.5", "<tool_call>Read\n<arg_key>file_path</arg_key>\n<arg_value>a.ts</arg_value>\n</tool_call>", a],
  [
    "GLM 4.5, two",
    "<tool_call>Read\n<arg_key>file_path</arg_key>\n<arg_value>a.ts</arg_value>\n</tool_call>\n<tool_call>list_files\n</tool_call>",
    [read("a.ts"), list],
  ],
  [
    "GLM 4.5, JSON for a text",
    '<tool_call>Write\n<arg_key>file_path</arg_key>\n<arg_value>p.json</arg_value>\n<arg_key>content</arg_key>\n<arg_value>{"a": 1}</arg_value>\n</tool_call>',
    [write("p.json", '{"a": 1}')],
  ],
  // Claude
  ["Claude", `<function_calls>\n${invoke}\n</function_calls>`, a],
  ["Claude, without the outer tag", invoke, a],
  [
    "Claude, with a prefix",
    `<function_calls>\n${invoke}\n</function_calls>`.replaceAll(/(<\/?)(?=[fip])/g, "$1antml:"),
    a,
  ],
  [
    "Claude, two",
    `<function_calls>\n${invoke}\n<invoke name="list_files">\n</invoke>\n</function_calls>`,
    [read("a.ts"), list],
  ],
  ["Claude, unclosed", `Ok.\n\n<function_calls>\n${invoke}`, a, "Ok."],
  [
    "Claude, lines kept",
    '<function_calls>\n<invoke name="Write">\n<parameter name="file_path">a.py</parameter>\n<parameter name="content">def f():\n    return "<x>"\n</parameter>\n</invoke>\n</function_calls>',
    [write("a.py", 'def f():\n    return "<x>"')],
  ],
  ["Claude, inside our tag", `<tool_call>\n${invoke}\n</tool_call>`, a],
  [
    "elements for members",
    '<tool_call>\n<name>Read</name>\n<arguments>{"file_path": "a.ts"}</arguments>\n</tool_call>',
    a,
  ],
  [
    "elements for arguments too",
    "<tool_use>\n<tool_name>Read</tool_name>\n<parameters>\n<file_path>a.ts</file_path>\n</parameters>\n</tool_use>",
    a,
  ],
  // Phi and Granite
  ["Phi 4", `<|tool_call|>[${json(read("a.ts"))}]<|/tool_call|>`, a],
  ["Phi 4, functools", `functools[${json(read("a.ts"))}]`, a],
  ["Granite 3", `<|tool_call|>[${json(read("a.ts"))}, ${json(list)}]`, [read("a.ts"), list]],
  ["Granite 3, one tag", `<tool_call>[${json(read("a.ts"))}]`, a],
  // Command R
  [
    "Command R",
    'Action:\n```json\n[\n  {"tool_name": "Read", "parameters": {"file_path": "a.ts"}}\n]\n```',
    a,
    "Action:",
  ],
  [
    "OpenAI's parallel wrapper",
    '{"tool_uses": [{"recipient_name": "functions.Read", "parameters": {"file_path": "a.ts"}}, {"recipient_name": "functions.list_files", "parameters": {}}]}',
    [read("a.ts"), list],
  ],
]);
