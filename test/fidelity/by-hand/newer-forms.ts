/** The forms of models of 2025 and 2026: with slips, with hard contents, cut, and only spoken of. */
import { bash, list, read, rows, texts, write } from "./case.ts";

const a = [read("a.ts")];
const TOKEN = "]<]minimax[>[";
const parameter = (key: string, value: string): string => `<parameter name="${key}">${value}</parameter>`;
const writes = (content: string): string =>
  `<invoke name="Write">\n${parameter("file_path", "a.md")}\n${parameter("content", content)}\n</invoke>`;
const claude = (content: string): string => `<function_calls>\n${writes(content)}\n</function_calls>`;
const harmony = (text: string): string => `<|channel|>commentary to=functions.Read<|message|>${text}`;
const reads = '{"file_path": "a.ts"}';

export const newerForms = [
  ...rows("other form", [
    ["harmony, a call alone", `${harmony(reads)}<|call|>`, a],
    ["harmony, the role first", `<|start|>assistant${harmony(reads)}<|call|>`, a],
    [
      "harmony, the recipient before the channel",
      `<|start|>assistant to=functions.Read<|channel|>commentary json<|message|>${reads}<|call|>`,
      a,
    ],
    [
      "harmony, no namespace",
      `<|channel|>commentary to=Read <|constrain|>json<|message|>${reads}<|call|>`,
      a,
    ],
    ["harmony, no arguments", "<|channel|>commentary to=functions.list_files<|message|><|call|>", [list]],
    [
      "harmony, tokens in the arguments of a later call",
      `${harmony(reads)}<|call|><|start|>assistant<|channel|>commentary to=functions.Bash<|message|>{"command": "echo </tool_call>"}<|call|>`,
      [read("a.ts"), bash("echo </tool_call>")],
    ],
    [
      "harmony, an invented result",
      `${harmony(reads)}<|call|><|start|>functions.Read to=assistant<|channel|>commentary<|message|>x = 1<|end|><|start|>assistant<|channel|>final<|message|>It is 1.<|return|>`,
      a,
    ],
    ["harmony, the final text alone", "<|channel|>final<|message|>It is done.<|return|>", [], "It is done."],
    [
      "harmony, text that shows a call",
      "<|channel|>final<|message|>Write `<tool_call>` first.<|return|>",
      [],
      "Write `<tool_call>` first.",
    ],
    ["Gemma 4, the quotes left out", "<|tool_call>call:Read{file_path:a.ts}<tool_call|>", a],
    ["Gemma 4, quotes of JSON", '<|tool_call>call:Read{"file_path":"a.ts"}<tool_call|>', a],
    ["Gemma 4, spaces", '<|tool_call>call: Read {file_path: <|"|>a.ts<|"|> }<tool_call|>', a],
    ["Gemma 4, the end left out", '<|tool_call>call:Read{file_path:<|"|>a.ts<|"|>}', a],
    [
      "Gemma 4, its end in a value",
      '<|tool_call>call:Bash{command:<|"|>echo <tool_call|> }<|"|>,timeout:5}<tool_call|>',
      [bash("echo <tool_call|> }", 5)],
    ],
    ["Gemma 4, end of turn", "<|tool_call>call:list_files{}<tool_call|><turn|>", [list]],
    [
      "LFM2, text before",
      'Reading.<|tool_call_start|>[Read(file_path="a.ts")]<|tool_call_end|>',
      a,
      "Reading.",
    ],
    ["LFM2, single quotes", "<|tool_call_start|>[Read(file_path='a.ts')]<|tool_call_end|>", a],
    ["LFM2, JSON", `<|tool_call_start|>[{"name": "Read", "arguments": ${reads}}]<|tool_call_end|>`, a],
    ["Llama 3, Python tag with Python", '<|python_tag|>Read.call(file_path="a.ts")', a],
    [
      "Python, strings of several lines",
      '[Write(file_path=\'a.py\', content="""if x == \'a\':\n    print("b")\n""")]',
      [write("a.py", "if x == 'a':\n    print(\"b\")\n")],
    ],
    [
      "Python, escapes",
      "[Bash(command='echo \\'x\\'\\n\\\\d', timeout=1_000)]",
      [bash("echo 'x'\n\\d", 1000)],
    ],
    ["Python inside our tag", '<tool_call>\nRead(file_path="a.ts")\n</tool_call>', a],
    ["Gemini, without print", '```tool_code\ndefault_api.Read(file_path="a.ts")\n```', a],
    ["Gemini, text before", 'Ok.\n```tool_code\nprint(Read(file_path="a.ts"))\n```', a, "Ok."],
    [
      "MiniMax M2, two",
      `<minimax:tool_call>${writes("x")}\n<invoke name="list_files"></invoke></minimax:tool_call>`,
      [write("a.md", "x"), list],
    ],
    [
      "MiniMax M3, closing tags without the token",
      `Ok.${TOKEN}<tool_call>\n${TOKEN}<invoke name="Read">${TOKEN}<file_path>a.ts</file_path>${TOKEN}</invoke>\n${TOKEN}</tool_call>`,
      a,
      "Ok.",
    ],
    [
      "MiniMax M3, a list and tags in a value",
      `${TOKEN}<tool_call>${TOKEN}<invoke name="mcp__github__create_issue">${TOKEN}<title><b>x</title></b>${TOKEN}</title>${TOKEN}<labels>${TOKEN}<item>a${TOKEN}</item>${TOKEN}<item>b${TOKEN}</item>${TOKEN}</labels>${TOKEN}</invoke>${TOKEN}</tool_call>`,
      [{ name: "mcp__github__create_issue", input: { title: "<b>x</title></b>", labels: ["a", "b"] } }],
    ],
    [
      "DSML, a number and a list",
      '<｜DSML｜tool_calls><｜DSML｜invoke name="Bash"><｜DSML｜parameter name="command" string="true">5</｜DSML｜parameter><｜DSML｜parameter name="timeout" string="false">5</｜DSML｜parameter></｜DSML｜invoke></｜DSML｜tool_calls><｜end▁of▁sentence｜>',
      [bash("5", 5)],
    ],
    [
      "DSML, JSON inside",
      `<｜DSML｜tool_calls><｜DSML｜invoke name="Read">${reads}</｜DSML｜invoke></｜DSML｜tool_calls>`,
      a,
    ],
  ]),
  ...rows("damaged", [
    [
      "a closing tag in a value",
      claude("Use </parameter> to end."),
      [write("a.md", "Use </parameter> to end.")],
    ],
    [
      "a closing tag of the call in a value",
      claude("Use </invoke> to end."),
      [write("a.md", "Use </invoke> to end.")],
    ],
    [
      "closing tags of value and call in a value",
      claude("Use </parameter></invoke> to end."),
      [write("a.md", "Use </parameter></invoke> to end.")],
    ],
    [
      "a closing tag of the wrapper in a value",
      claude("Use </function_calls> here."),
      [write("a.md", "Use </function_calls> here.")],
    ],
    ["a whole call in a value", claude(writes("x")), [write("a.md", writes("x"))]],
    ["a whole answer in a value", claude(claude("x")), [write("a.md", claude("x"))]],
    [
      "closing tags in a value, Qwen",
      "<tool_call>\n<function=Write>\n<parameter=file_path>\na.md\n</parameter>\n<parameter=content>\nUse </parameter>, </function> and </tool_call>.\n</parameter>\n</function>\n</tool_call>",
      [write("a.md", "Use </parameter>, </function> and </tool_call>.")],
    ],
    [
      "closing tags in a value, GLM",
      "<tool_call>Write\n<arg_key>file_path</arg_key>\n<arg_value>a.md</arg_value>\n<arg_key>content</arg_key>\n<arg_value>Use </arg_value> here.</arg_value>\n</tool_call>",
      [write("a.md", "Use </arg_value> here.")],
    ],
    [
      "closing tags in a value, DSML",
      '<｜DSML｜invoke name="Write"><｜DSML｜parameter name="file_path" string="true">a.md</｜DSML｜parameter><｜DSML｜parameter name="content" string="true">Use </｜DSML｜parameter> here.</｜DSML｜parameter></｜DSML｜invoke>',
      [write("a.md", "Use </｜DSML｜parameter> here.")],
    ],
    [
      "two calls with text between, closing tags in the first",
      `${writes("a </parameter> b")}\nThen:\n${writes("c")}`,
      [write("a.md", "a </parameter> b"), write("a.md", "c")],
      "Then:",
    ],
    [
      "the end of a parameter left out, DSML",
      '<｜DSML｜tool_calls><｜DSML｜invoke name="Read"><｜DSML｜parameter name="file_path" string="true">a.ts</｜DSML｜invoke></｜DSML｜tool_calls>',
      a,
    ],
    [
      "the wrapper's end left out, Seed",
      "<seed:tool_call>\n<function=Read>\n<parameter=file_path>a.ts</parameter>\n</function>",
      a,
    ],
    [
      "the wrapper's end of another namespace",
      `<minimax:tool_call>${writes("x")}</tool_call>`,
      [write("a.md", "x")],
    ],
    ["harmony, JSON with a slip", `${harmony("{'file_path': 'a.ts',}")}<|call|>`, a],
    ["a Python list that does not end", '<|tool_call_start|>[Read(file_path="a.ts")', a],
  ]),
  ...rows("unclear", [
    ["cut in harmony", harmony('{"file_path": "a.'), []],
    ["cut in Gemma's form", '<|tool_call>call:Read{file_path:<|"|>a.', []],
    ["cut in LFM2's form", '<|tool_call_start|>[Read(file_path="a.', []],
    [
      "cut in DSML",
      '<｜DSML｜tool_calls><｜DSML｜invoke name="Write"><｜DSML｜parameter name="content" string="true">half of',
      [],
    ],
    [
      "cut in MiniMax's form",
      `<minimax:tool_call>\n<invoke name="Write">\n<parameter name="content">half of`,
      [],
    ],
    ["no such tool, harmony", "<|channel|>commentary to=functions.Teleport<|message|>{}<|call|>", []],
  ]),
  ...texts("innocent", [
    ["harmony in a sentence", "GPT-OSS writes <|channel|>final<|message|> before its text."],
    ["harmony at the beginning of a sentence", "<|channel|> is the token before a channel's name."],
    ["Gemma's token at the beginning of a sentence", "<|channel> begins a channel, and <channel|> ends it."],
    ["Gemma's form in a sentence", "Gemma writes call:Read{file_path:a.ts} for that."],
    ["Python in a sentence", 'You may call [Read(file_path="a.ts")] there.'],
    ["Python of no tool", '[print(end="")]'],
    ["Python of no tool, a list of calls", '[dict(a=1), Read(file_path="a.ts")]'],
    ["a program", '```python\nRead(file_path="a.ts")\n```'],
    ["a program that runs nothing of ours", "```tool_code\nprint(1 + 1)\n```"],
    ["tool_code, then text", '```tool_code\nprint(Read(file_path="a.ts"))\n```\nis what Gemini writes.'],
    ["DSML in a sentence", "DeepSeek writes <｜DSML｜tool_calls> and <｜DSML｜invoke name=...>."],
    ["MiniMax's token in a sentence", "The token ]<]minimax[>[ stands before each tag."],
    ["a namespace in XML", '<xs:element name="a"/> and <svg:path d="M0"/> are elements.'],
    ["a list of links", "[link](a=1) and [b](c)."],
  ]),
];
