import type { Random } from "./random.ts";

/** Contents that files, commands and patterns really have, and that trip readers up. */
const TEXTS: readonly string[] = [
  "src/main.ts",
  "C:\\Users\\ada\\notes.txt",
  'console.log("hello, world");\n',
  "if (a < b && b > c) { return `x`; }",
  "# Title\n\n```ts\nconst a: string[] = [];\n```\n\nDone.",
  "你好，世界。这是一个测试。",
  "emoji 👩‍👩‍👧 and\ttabs",
  "\\d+\\.\\d+\\s*$",
  '{"name": "package", "version": "1.0.0"}',
  'it\'s a "quoted" word',
  "<html><body class='x'>&amp;</body></html>",
  "a closing tag </tool_call> inside a string",
  "line one\nline two\n\nline four",
  "",
  "git commit -m 'fix: it' && npm test | tail -n 5",
  "SELECT * FROM t WHERE a = 'b' -- comment",
  "f(x) = {x | x ∈ ℝ}",
  "trailing space ",
  "[link](https://example.org/?a=1&b=2)",
  "null",
];

export interface PlainCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** A call of one of the tools in `tools.ts`. */
export function randomCall(random: Random): PlainCall {
  const some = (): string => random.pick(TEXTS);
  switch (random.below(8)) {
    case 0:
      return { name: "Read", input: { file_path: some() } };
    case 1:
      return { name: "Write", input: { file_path: "out.txt", content: some() } };
    case 2:
      return { name: "Edit", input: { file_path: "a/b.c", old_string: some(), new_string: some() } };
    case 3:
      return { name: "Bash", input: { command: some(), timeout: random.below(100_000) } };
    case 4:
      return { name: "Grep", input: { pattern: some() } };
    case 5:
      return { name: "mcp__github__create_issue", input: { title: some(), labels: [some(), "bug"] } };
    case 6:
      return {
        name: "TodoWrite",
        input: {
          todos: [
            { content: some(), done: false },
            { content: some(), done: true },
          ],
        },
      };
    default:
      return { name: "list_files", input: {} };
  }
}

/** A call whose arguments are all text, for forms that know no other type. */
export function randomTextCall(random: Random): PlainCall {
  const sound = TEXTS.filter((text) => !/^\s|\s$|<\/|^null$|^[[{]/.test(text) && text !== "");
  return random.below(2) === 0
    ? { name: "Grep", input: { pattern: random.pick(sound), glob: "*.ts" } }
    : { name: "Write", input: { file_path: random.pick(sound), content: random.pick(sound) } };
}

export const PROSE: readonly string[] = [
  "I'll have a look at the file first.",
  "Let me check.\n\nThis needs two steps:\n1. read\n2. write",
  "好的，我来看一下这个文件。",
  "The function `parse` returns a list; `a < b` holds.",
  'Here is what I found:\n\n- it\'s broken\n- it "works" on my machine',
];
