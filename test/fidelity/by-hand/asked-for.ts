/** The form that is asked for, well written, with contents and surroundings that are hard on a reader. */
import { bash, block, json, list, read, rows, write } from "./case.ts";

const think = "<think>\nThe user wants the file. I should call Read.\n</think>";

export const askedFor = rows("well-formed", [
  ["one line", `<tool_call>${json(read("a.ts"))}</tool_call>`, [read("a.ts")]],
  ["CRLF", block(read("a.ts")).replaceAll("\n", "\r\n"), [read("a.ts")]],
  ["CRLF with text", `First.\r\n\r\n${block(read("a.ts"))}\r\n`, [read("a.ts")], "First."],
  ["white space around", `\n\n  ${block(read("a.ts"))}  \n\n`, [read("a.ts")]],
  ["two side by side", block(read("a.ts")) + block(read("b.ts")), [read("a.ts"), read("b.ts")]],
  ["text between calls", `A\n${block(read("a"))}\nB\n${block(read("b"))}`, [read("a"), read("b")], "A\nB"],
  ["no arguments", block(list), [list]],
  [
    "arguments first",
    '<tool_call>{"arguments": {"file_path": "a"}, "name": "Read"}</tool_call>',
    [read("a")],
  ],
  [
    "indented JSON",
    `<tool_call>\n${JSON.stringify({ name: "Read", arguments: { file_path: "a" } }, null, 2)}\n</tool_call>`,
    [read("a")],
  ],
  ["thinking first", `${think}\n\n${block(read("a.ts"))}`, [read("a.ts")], think],
  [
    "a draft in the thinking",
    `<think>I could write ${block(read("x.ts"))} but a.ts is right.</think>\n${block(read("a.ts"))}`,
    [read("a.ts")],
    `<think>I could write ${block(read("x.ts"))} but a.ts is right.</think>`,
  ],
  [
    "a bare tag in the thinking",
    `<think>I need to write <tool_call> now.</think>\n${block(read("a.ts"))}`,
    [read("a.ts")],
    "<think>I need to write <tool_call> now.</think>",
  ],
  [
    "a draft in a thinking tag of another name",
    `<thinking>\n${block(bash("rm -rf /"))}\nNo, too dangerous.\n</thinking>\n${block(list)}`,
    [list],
    `<thinking>\n${block(bash("rm -rf /"))}\nNo, too dangerous.\n</thinking>`,
  ],
  [
    "closing tag in a string",
    block(write("a.md", "Use </tool_call> to end.")),
    [write("a.md", "Use </tool_call> to end.")],
  ],
  [
    "opening tag in a string",
    block(write("a.md", "Use <tool_call> to begin.")),
    [write("a.md", "Use <tool_call> to begin.")],
  ],
  [
    "a whole call in a string",
    block(write("a.md", block(bash("rm x")))),
    [write("a.md", block(bash("rm x")))],
  ],
  [
    "several whole calls in a string",
    block(write("t.md", `${block(list)}\n${block(list)}\n${block(list)}`)),
    [write("t.md", `${block(list)}\n${block(list)}\n${block(list)}`)],
  ],
  ["fences in a string", block(write("a.md", "```js\nx\n```\n")), [write("a.md", "```js\nx\n```\n")]],
  ["a thinking tag in a string", block(write("a.md", "</think>")), [write("a.md", "</think>")]],
  [
    "a result tag in a string",
    block(write("a.md", "<tool_response>\nx\n</tool_response>")),
    [write("a.md", "<tool_response>\nx\n</tool_response>")],
  ],
  [
    "an odd backtick in strings",
    block(bash("echo `date")) + block(bash("echo `")),
    [bash("echo `date"), bash("echo `")],
  ],
  ["a comment opener in a string", block(write("a.html", "<!-- ")), [write("a.html", "<!-- ")]],
  [
    "emoji and scripts",
    block(write("ñ.txt", "👩‍👩‍👧 日本語 العربية \u200d")),
    [write("ñ.txt", "👩‍👩‍👧 日本語 العربية \u200d")],
  ],
  [
    "unicode escapes",
    '<tool_call>{"name":"Read","arguments":{"file_path":"\\u00e9\\ud83d\\ude00"}}</tool_call>',
    [read("é😀")],
  ],
  [
    "half a surrogate pair",
    '<tool_call>{"name":"Read","arguments":{"file_path":"\\ud83d"}}</tool_call>',
    [read("\ud83d")],
  ],
  ["quotes and backslashes", block(bash(`grep -E "\\"a\\\\b'" 'x'`)), [bash(`grep -E "\\"a\\\\b'" 'x'`)]],
  ["a Windows path", block(read("C:\\new\\table\\x.ts")), [read("C:\\new\\table\\x.ts")]],
  [
    "a regular expression",
    block({ name: "Grep", input: { pattern: "^\\s*</?(\\w+)[^>]*>$" } }),
    [{ name: "Grep", input: { pattern: "^\\s*</?(\\w+)[^>]*>$" } }],
  ],
  ["an empty string", block(write("a", "")), [write("a", "")]],
  [
    "a here-document",
    block(bash('cat <<\'EOF\' > x\n{"name": "Read"}\nEOF')),
    [bash('cat <<\'EOF\' > x\n{"name": "Read"}\nEOF')],
  ],
  [
    "JSON in a string",
    block(write("p.json", '{"name": "Read", "arguments": {}}')),
    [write("p.json", '{"name": "Read", "arguments": {}}')],
  ],
  [
    "words of a list before",
    `1. Read the file\n2. Edit it\n\n${block(read("a"))}`,
    [read("a")],
    "1. Read the file\n2. Edit it",
  ],
  [
    "a code block before",
    `Like so:\n\n\`\`\`ts\nf();\n\`\`\`\n\n${block(read("a"))}`,
    [read("a")],
    "Like so:\n\n```ts\nf();\n```",
  ],
  [
    "a shown call in code, then a real one",
    `The form is:\n\n\`\`\`\n${block(bash("x"))}\n\`\`\`\n\nSo:\n${block(read("a"))}`,
    [read("a")],
    `The form is:\n\n\`\`\`\n${block(bash("x"))}\n\`\`\`\n\nSo:`,
  ],
  [
    "inline code before",
    `I use \`Read\` and \`<tool_call>\`:\n${block(read("a"))}`,
    [read("a")],
    "I use `Read` and `<tool_call>`:",
  ],
  ["a lone backtick before", `It's the \` key.\n${block(read("a"))}`, [read("a")], "It's the ` key."],
  ["on the line of the text", `Reading it: ${block(read("a"))}`, [read("a")], "Reading it:"],
  ["a less-than sign before", `If a < b, and b <c:\n${block(read("a"))}`, [read("a")], "If a < b, and b <c:"],
  ["brackets before", `See [1] and [TOOL]:\n${block(read("a"))}`, [read("a")], "See [1] and [TOOL]:"],
  ["an answer that begins like JSON", `{x} is a set.\n${block(read("a"))}`, [read("a")], "{x} is a set."],
  [
    "the same call twice",
    block(bash("sleep 1")) + block(bash("sleep 1")),
    [bash("sleep 1"), bash("sleep 1")],
  ],
  ["digits in a text argument", block(bash("007")), [bash("007")]],
]);
