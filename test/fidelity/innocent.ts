import type { Family } from "./families.ts";

/** Answers that show or resemble calls and make none; they must stay as they are. */
export const INNOCENT: readonly string[] = [
  "To call a tool, a model writes `<tool_call>` and a JSON object.",
  'The form is:\n\n```xml\n<tool_call>\n{"name": "Read", "arguments": {"file_path": "a"}}\n</tool_call>\n```\n\nThat is all there is to it.',
  'An example in Python:\n\n```python\nprompt = """<tool_call>\n{"name": "Bash", "arguments": {"command": "ls"}}\n</tool_call>"""\nrun(prompt)\n```\nRun it with care.',
  '{"name": "my-package", "version": "1.0.0", "dependencies": {}}',
  '{"answer": 42}',
  '```json\n{"name": "Ada", "age": 36}\n```',
  '```json\n{"name": "Read", "description": "a tool definition", "parameters": {"type": "object"}}\n```\nAbove is its definition.',
  "Use `function=name` in the query, as in /search?function=max.",
  "In XML, write <invoke> elements; <function> is a tag of the old format.",
  "if (a <b && c> d) return;",
  "A `<tool_call>` and its `</tool_call>` are tags.",
  "[TOOL] is a label, and [TOOL_USE] is another.",
  "~~~\n<tool_call>not a call</tool_call>\n~~~\nand text after it.",
  "The array [1, 2, 3] has three items.",
  "[1, 2, 3]",
  "{",
  "<",
  "`",
  "```\nunclosed code block with <b>tags</b>",
  "  leading and trailing space  ",
  "\n\n",
];

/** A call in the form of a family, shown in the ways in which one is: in code that text follows, inline, quoted, in quotation marks. */
export function shown(family: Family): string[] {
  const form = family.write([{ name: "Read", input: { file_path: "a.ts" } }]);
  const inline = form.includes("\n") || form.includes("`") ? [] : [`Send \`${form}\` to the server.`];
  const blocks = form.includes("```")
    ? []
    : [
        `For example:\n\n\`\`\`\n${form}\n\`\`\`\n\nThat is the form.`,
        `~~~xml\n${form}\n~~~\nis how it is written.`,
      ];
  return [
    ...inline,
    ...blocks,
    `You wrote:\n\n> ${form.replaceAll("\n", "\n> ")}\n\nThat was wrong.`,
    `<!-- ${form} -->\nThe page is ready.`,
    JSON.stringify({ note: form }),
  ];
}
