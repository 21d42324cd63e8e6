/** What the page says, in the languages of its readers. */
export const LANGUAGES = ["en", "zh-CN"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The reader's language: as asked for in the address, else the first one of the browser's that we have. */
export function languageOf(wanted: string | null, accepted: string | null): Language {
  const ranges = [wanted ?? "", ...(accepted ?? "").slice(0, 500).split(",")];
  for (const range of ranges) {
    const language = range.trim().toLowerCase();
    if (language.startsWith("zh")) return "zh-CN";
    if (language.startsWith("en")) return "en";
  }
  return "en";
}

const en = {
  title: "MCPTokenBridge",
  lead: "Serves the model inside an MCP host (VS Code with Copilot, goose, any MCP client with sampling) as OpenAI and Anthropic APIs on this address.",
  other: "中文",
  checking: "Checking …",
  ready: "Ready",
  notReady: "Not ready",
  unreachable: "The bridge does not answer",
  locked: "Key needed",
  key: "Key",
  keyHint: "This bridge needs a key (--api-key). It is kept in this tab only.",
  useKey: "Use",
  wrongKey: "The bridge does not accept this key.",
  whatToDo: "What to do",
  steps: [
    "Start this MCP server in your host. In VS Code: MCP: List Servers > mcp-token-bridge > Start Server.",
    "Not set up yet? Run in your project: mcptb connect vscode --write",
    "No host at hand? mcptb demo lends a demo model, mcptb host the model of Ollama, LM Studio or a cloud.",
    "mcptb doctor checks every step and says what is missing.",
  ],
  hosts: "Hosts",
  noHosts: "No MCP host is attached.",
  host: "Host",
  label: "Label",
  state: "State",
  load: "Running / waiting",
  lends: "lends its model",
  lendsNot: "does not offer sampling",
  draining: "gets no new requests",
  consent: "waits for consent: look at the host",
  models: "Models",
  try: "Try it",
  model: "Model",
  prompt: "Your message",
  promptHint: "Say hello in one sentence.",
  send: "Send",
  stop: "Stop",
  answer: "Answer",
  stopped: "Stopped.",
  noText: "The model answered with no text.",
  connect: "Connect a client",
  copy: "Copy",
  copied: "Copied",
  openai: "OpenAI base URL",
  anthropic: "Anthropic base URL",
  writes: "mcptb connect NAME --write puts it into the client's own file, after showing the change.",
};

export type Texts = typeof en;

const zh: Texts = {
  title: "MCPTokenBridge",
  lead: "把 MCP 宿主（装有 Copilot 的 VS Code、goose，或任何支持 sampling 的 MCP 客户端）里的模型，作为 OpenAI 与 Anthropic 接口在这个地址上提供。",
  other: "English",
  checking: "正在检查……",
  ready: "可以使用",
  notReady: "尚未就绪",
  unreachable: "桥没有响应",
  locked: "需要密钥",
  key: "密钥",
  keyHint: "这座桥需要密钥（--api-key）。密钥只保存在本标签页中。",
  useKey: "使用",
  wrongKey: "桥不接受这个密钥。",
  whatToDo: "怎么办",
  steps: [
    "在宿主里启动这个 MCP 服务器。在 VS Code 中：MCP: List Servers > mcp-token-bridge > Start Server。",
    "还没有设置？在你的项目里运行：mcptb connect vscode --write",
    "手边没有宿主？mcptb demo 借出一个演示模型，mcptb host 借出 Ollama、LM Studio 或云端的模型。",
    "mcptb doctor 检查每一步，并告诉你缺什么。",
  ],
  hosts: "宿主",
  noHosts: "没有连接任何 MCP 宿主。",
  host: "宿主",
  label: "标签",
  state: "状态",
  load: "运行中 / 等待中",
  lends: "借出模型",
  lendsNot: "不提供 sampling",
  draining: "不再接受新请求",
  consent: "等待同意：请看宿主窗口",
  models: "模型",
  try: "试一试",
  model: "模型",
  prompt: "你的消息",
  promptHint: "用一句话打个招呼。",
  send: "发送",
  stop: "停止",
  answer: "回答",
  stopped: "已停止。",
  noText: "模型的回答没有文字。",
  connect: "连接客户端",
  copy: "复制",
  copied: "已复制",
  openai: "OpenAI 接口地址",
  anthropic: "Anthropic 接口地址",
  writes: "mcptb connect 名称 --write 会先显示改动，再写入客户端自己的配置文件。",
};

export const TEXTS: Readonly<Record<Language, Texts>> = { en, "zh-CN": zh };
