/** The Chinese of what is said at a terminal (`say.ts`). A test holds the keys to what the sources say. */
import type { Catalog } from "./say.ts";

export const CHINESE: Catalog = {
  // When the bridge is ready
  'MCPTokenBridge {0} serves {1}:\n\n  In a browser   {2}/\n  In a terminal  {3} ask "Hello!"\n  OpenAI API     {4}/v1\n  Anthropic API  {5}\n  Gemini API     {6}\n  Ollama API     {7}\n{8}\n{9}\n{10}\n':
    'MCPTokenBridge {0} 正在提供{1}：\n\n  浏览器          {2}/\n  终端            {3} ask "你好！"\n  OpenAI 接口     {4}/v1\n  Anthropic 接口  {5}\n  Gemini 接口     {6}\n  Ollama 接口     {7}\n{8}\n{9}\n{10}\n',
  "Replace YOUR_KEY with one of your keys.": "请把 YOUR_KEY 换成你的一个密钥。",
  "OpenAI SDK, JavaScript (npm install openai)": "OpenAI SDK，JavaScript（npm install openai）",
  "OpenAI SDK, Python (pip install openai)": "OpenAI SDK，Python（pip install openai）",
  "LiteLLM (pip install litellm); for its proxy see: mcptb connect litellm":
    "LiteLLM（pip install litellm）；它的代理见：mcptb connect litellm",
  "a demo model": "演示模型",
  "Ctrl-C ends the bridge and the demo. Requests to the demo host are listed below.":
    "按 Ctrl-C 结束桥和演示。演示宿主每次借出模型，都会列在下面。",
  "{0} of {1}": "{1} 的 {0}",
  "Ctrl-C ends the bridge and this host. Its requests are listed below.":
    "按 Ctrl-C 结束桥和这个宿主。每次借出模型，都会列在下面。",
  'waiting for an MCP host on stdin. A host should start this command. To try the bridge alone run "mcptb demo"; to add it to VS Code run "mcptb connect vscode". Ctrl-C ends it.':
    "正在标准输入上等待 MCP 宿主。这个命令应由宿主启动；想单独试用，请运行 “mcptb demo”；想写入 VS Code 的配置，请运行 “mcptb connect vscode”。按 Ctrl-C 结束。",

  // When it cannot start
  "cannot listen on {0}, port {1}: {2}": "无法在 {0} 的端口 {1} 上监听：{2}",
  "the system does not allow this port; choose one above 1023 with --port":
    "系统不允许使用这个端口；请用 --port 选择大于 1023 的端口",
  "this machine has no such address; use --host 127.0.0.1": "本机没有这个地址；请使用 --host 127.0.0.1",
  "unknown host name; use --host 127.0.0.1": "没有这个主机名；请使用 --host 127.0.0.1",
  "{0} uses port {1}; stop it or choose another, e.g. {2}":
    "端口 {1} 被{0}占用；请停止那个程序，或换一个端口，例如 {2}",
  "another program": "另一个程序",
  "a bridge (version {0}) is already running there; use it at {1}, or choose another port, e.g. {2}":
    "那里已经有一座桥（版本 {0}）在运行；可以直接使用 {1}，或换一个端口，例如 {2}",
  "the bridge did not start; its last messages are above": "桥没有启动；它最后的消息在上面",
  "the bridge has ended unexpectedly; its last messages are above": "桥自行结束了；它最后的消息在上面",
  "the bridge did not answer at {0} within {1} s": "桥在 {1} 秒内没有在 {0} 响应",

  // Hosts of ours
  "lends its model to {0} message(s), the last: {1}": "为 {0} 条消息借出模型，最后一条：{1}",
  "stopped: the request was cancelled": "停止：请求被取消",
  "warning: {0}": "警告：{0}",
  "{0} did not accept this host: {1}": "{0} 没有成为这个宿主的桥：{1}",
  "lends {0} of {1} to {2}; {3}": "把 {1} 的 {0} 借给 {2}；{3}",
  "{0} has ended unexpectedly": "{0} 自行结束了",
  "cannot save its key: clients that continue after a restart lose the model's reasoning ({0})":
    "无法保存密钥：重启后继续对话的客户端会丢失模型的推理内容（{0}）",
  "answered with {0} in {1} s ({2})": "用 {0} 回答，耗时 {1} 秒（{2}）",
  "stopped after {0} s: the request was cancelled": "{0} 秒后停止：请求被取消",
  "failed: {0}": "失败：{0}",
  "all requests are answered without asking you": "每个请求都直接回答，不再询问你",
  "you are asked, for some minutes each": "会询问你，每次同意有效若干分钟",
  "you are asked before each request": "每个请求之前都会询问你",
  "A client{0} wants to use {1}: {2}.": "客户端{0}想使用 {1}：{2}。",
  " of the bridge": "（来自桥）",
  "key {0}": "密钥 {0}",
  "{0} message(s)": "{0} 条消息",
  "about {0} tokens": "约 {0} 个 token",
  "{0} image(s) or recording(s)": "{0} 个图片或录音",
  "{0} tool(s)": "{0} 个工具",
  "asks for {0}": "指定模型 {0}",
  "  System prompt: ": "  系统提示词：",
  "(no text)": "（没有文字）",
  "  … {0} characters in all; the middle is not shown": "  … 共 {0} 个字符；中间部分未显示",
  "1 minute": "1 分钟",
  "{0} minutes": "{0} 分钟",
  "Lend it for {0}? [y]es, [n]o:": "借出 {0}？[y] 同意，[n] 拒绝：",
  "Lend it? [y] once, [a] for {0}, [n]o:": "借出吗？[y] 仅这一次，[a] 借出 {0}，[n] 拒绝：",
  "the client has disconnected": "客户端已离开",
  "{0} earlier message(s) are not shown": "有 {0} 条较早的消息未显示",

  // Finding a bridge, and looking at it
  'no bridge answers at {0}\nStart one in your editor or another MCP host, or with a demo model: "{1} demo". For another address use --port or --url.':
    "{0} 没有桥响应\n请启动一座：在编辑器或其他 MCP 宿主里启动，或运行 “{1} demo” 使用自带的演示模型。也可以用 --port 或 --url 指定另一座。",
  "several bridges are running: {0}\nChoose one of them with --url.":
    "有多座桥在运行：{0}\n请用 --url 指定其中一座。",
  "nothing answers at {0} ({1})": "{0} 没有响应（{1}）",
  'Start the server in your MCP host (in VS Code: MCP: List Servers > mcp-token-bridge > Start Server), or run "mcptb demo". If it listens on another port: mcptb --port PORT, then the command.':
    "请在 MCP 宿主里启动服务器（在 VS Code 中：MCP: List Servers > mcp-token-bridge > Start Server），或运行 “mcptb demo”。如果它在别的端口：先写 mcptb --port 端口，再写命令。",
  "a bridge refuses {0}: {1}": "桥拒绝了 {0}：{1}",
  "another program answers at {0} (status {1})": "{0} 上响应的是另一个程序（状态码 {1}）",
  "Give the bridge another --port in your MCP host, and use the same port in your clients and for the doctor.":
    "请在 MCP 宿主里给桥换一个 --port，并在客户端和 doctor 命令里使用同一个端口。",
  "a bridge of version {0} listens at {1}, this is {2}": "{1} 上监听的桥是版本 {0}，当前命令是 {2}",
  "Restart the server in your MCP host to have the same version everywhere.":
    "请在 MCP 宿主里重启服务器，使各处版本一致。",
  "version {0} listens at {1}": "版本 {0} 正在 {1} 监听",
  "none needed": "不需要",
  "the bridge requires a key, but none was given": "桥需要密钥，但没有给出",
  "Give one of its keys with MCPTB_API_KEY or --api-key-file.":
    "请用 MCPTB_API_KEY 或 --api-key-file 给出它的一个密钥。",
  "the bridge does not know this key": "桥不认识这个密钥",
  "Give one of the keys the bridge was started with.": "请使用启动桥时配置的某个密钥。",
  accepted: "已接受",
  "no MCP host is attached": "没有连接任何 MCP 宿主",
  "No MCP host is attached.": "没有连接任何 MCP 宿主。",
  "{0} does not support it": "{0} 不提供 sampling",
  "supported by the host": "宿主提供 sampling",
  "{0} has answered before": "{0} 曾经回答过",
  "{0} has not been asked yet; the round trip below asks it": "还没有向 {0} 请求过；下面的往返测试会请求一次",
  "{0} may be waiting for your consent": "{0} 可能正在等待你的同意",
  "Look for a question in its window.": "请在它的窗口里找到询问。",
  "{0} refused the last request": "{0} 拒绝了上一个请求",
  "Node.js {0} is older than {1}": "Node.js {0} 低于 {1}",
  "Install a current Node.js from https://nodejs.org.": "请从 https://nodejs.org 安装较新的 Node.js。",
  "{0} answered {1} characters in {2} s": "{0} 在 {2} 秒内回答了 {1} 个字符",
  "no answer within {0} s": "{0} 秒内没有回答",
  "Check whether your host waits for consent, and read its log for this server.":
    "请看宿主是否在等待同意，并查看它为这个服务器记录的日志。",
  "the bridge describes its hosts in an unknown format; its version differs from this program's":
    "桥描述宿主的格式不同；它的版本与当前程序不一致",
  "the bridge at {0} does not list its hosts; try again": "{0} 的桥没有列出宿主；请再试一次",
  "{0} gets no new requests; its running ones continue.": "{0} 不再接受新请求；已有的请求会继续。",
  "{0} gets requests again.": "{0} 重新接受请求。",

  // Asking
  "The connection to the bridge failed ({0}).": "与桥的连接失败（{0}）。",
  "Look whether the bridge still runs, and at its host's log for it.":
    "请检查桥是否还在运行，并查看宿主为它记录的日志。",
  "What answered did not send a chat completion.": "响应的内容不是 chat completion。",
  "Is a proxy or another program between this command and the bridge?":
    "这个命令与桥之间是否有代理或其他程序？",
  "asking the model": "正在询问模型",
  "the model answered with no text": "模型的回答没有文字",
  "the answer was cut at the token limit": "回答达到 token 上限，被截断",
  "Waiting for the end of standard input; press Ctrl-D, or redirect it from /dev/null.":
    "正在等待标准输入结束；请按 Ctrl-D，或把标准输入重定向为空。",
  "there is no question; write it after the command": "没有问题；请把问题写在命令后面",
  "  /model [name]    show or change the model (names: GET /v1/models)\n  /system [text]   show or change the system prompt\n  /file path       send a file or an image with the next message\n  /again           ask the last message once more\n  /clear           clear the conversation\n  /exit            leave (also Ctrl-D)\n  Ctrl-C           stop the answer; at the prompt, twice leaves\n  A line that ends with \\ continues in the next one.\n":
    "  /model [名称]    显示或更换模型（名称见 GET /v1/models）\n  /system [文字]   显示或更换系统提示词\n  /file 路径       随下一条消息附上文件或图片\n  /again           重新询问上一条消息\n  /clear           清空对话\n  /exit            退出（也可按 Ctrl-D）\n  Ctrl-C           停止回答；在提示符处按两次退出\n  以 \\ 结尾的一行在下一行继续。\n",
  "{0} at {1}. /help shows what can be typed.": "{0}，地址 {1}。输入 /help 查看可用命令。",
  "Ctrl-C again leaves": "再按一次 Ctrl-C 退出",
  "model: {0}": "模型：{0}",
  "system prompt: {0}": "系统提示词：{0}",
  "(none)": "（无）",
  "The conversation is cleared.": "对话已清空。",
  "Unknown command /{0}. /help lists the commands.": "未知命令 /{0}。输入 /help 查看命令。",
  "write the file's name after /file": "请在 /file 后面写文件名",
  "{0} will be sent with the next message.": "{0} 会随下一条消息发送。",
  "Nothing has been asked yet.": "还没有问过问题。",
  stopped: "已停止",

  // Connecting clients
  "{0} is not installed: there is no {1} on the PATH\n{2}": "没有安装 {0}：PATH 中找不到 {1}\n{2}",
  "Start it: {0}": "启动：{0}",
  "Start it:\n{0}": "启动：\n{0}",
  "Start it ({0}):\n{1}": "启动（{0}）：\n{1}",
  "with one of the bridge's keys for {0}": "请把 {0} 换成桥的一个密钥",
  "the key may be any text": "密钥可以是任意文字",
  "Start it with one of the bridge's keys for {0}, which {1} does not hold:\n{2}":
    "请用桥的一个密钥代替 {0} 启动，{1} 中没有保存密钥：\n{2}",
  "Start the server in VS Code: MCP: List Servers > {0} > Start Server.":
    "在 VS Code 中启动服务器：MCP: List Servers > {0} > Start Server。",
  "{0} may then use your models without asking. To undo that, remove the line from\n{1}.":
    "之后 {0} 可以不经询问使用你的模型。想收回，请从下面的文件删除那一行：\n{1}",
  'At the first request VS Code asks whether the server may use your models. The question hides after ten\nseconds; look at the bell at the bottom right. To answer it here and now, add --allow-sampling, which sets\n"chat.mcp.serverSampling" for this server in {0}.':
    '第一次请求时，VS Code 会询问服务器是否可以使用你的模型。询问十秒后会隐藏，请看右下角的铃铛。\n想现在就回答，请加上 --allow-sampling，它会在下面的文件里为这个服务器设置 "chat.mcp.serverSampling"：\n{0}',
  'To choose the models it may use: MCP: List Servers > Configure Model Access. "mcptb doctor" checks every step.':
    "它可以使用哪些模型：MCP: List Servers > Configure Model Access。运行 “mcptb doctor” 检查整条链路。",

  // Keys, and what they have used
  "This is the secret of the key {0}; it is not stored anywhere and will not be shown again.":
    "这是密钥 {0} 的密钥内容；它不会保存在任何地方，也不会再次显示。",
  "From now on every client of your bridges needs a key, and so does every host at /mcp.":
    "从现在起，你的桥的每个客户端都需要密钥，/mcp 上的每个宿主也一样。",
  "The old secret is no longer valid.": "之前的密钥内容已失效。",
  "The old secret is valid until {0}.": "之前的密钥内容有效期至 {0}。",
  "The key {0} is no longer valid in any window.": "密钥 {0} 在所有窗口中都已失效。",
  "There are no keys.": "没有任何密钥。",
  "the bridge at {0} does not answer ({1})": "{0} 上的桥没有回答（{1}）",
  "the bridge at {0} does not understand this; its version may be older than this program":
    "{0} 上的桥不懂这个请求；它的版本可能比这个程序旧",
  "No request waits for your permission.": "没有请求在等待你的许可。",
  "no request with the id {0} waits; it may be answered or withdrawn":
    "没有 id 为 {0} 的请求在等待；它可能已被回答或撤回",
  "several ids begin with {0}; give more of it": "有几个 id 以 {0} 开头；请多写几位",
  "Allowed.": "已允许。",
  "Denied.": "已拒绝。",
  " and {0} more": " 及另外 {0} 个",
  ", about {0} tokens": "，约 {0} 个 token",
  "model {0} of host {1}": "模型 {0}，宿主 {1}",
  from: "来自",
  "{0}, key {1}, {2}": "{0}，密钥 {1}，{2}",
  system: "系统提示",
  "last words": "最后的话",
  tools: "工具",
  size: "大小",
  "{0} messages, {1} characters, {2} images or sounds": "{0} 条消息，{1} 个字符，{2} 个图片或声音",
  "Waiting for requests. Ctrl-C ends this.": "等待请求。按 Ctrl-C 结束。",
  "the bridge at {0} has gone; start this again when it is back": "{0} 上的桥已经离开；等它回来再启动本命令",
  " [c] allow this conversation": " [c] 允许这次对话",
  "[y] allow once  [a] allow for {0} minutes {1} [n] deny:": "[y] 允许一次  [a] 允许 {0} 分钟 {1} [n] 拒绝：",
  "--consent: give one of {0}": "--consent：请给出以下之一：{0}",
  'say what to change: "mcptb keys change --help" shows what there is':
    "请说明要改什么：“mcptb keys change --help” 列出了可改的内容",
  "--apis: unknown API {0}; give any of {1}": "--apis：未知接口 {0}；可用的有 {1}",
  'Stopped: nothing is sent to any host, and running requests are cancelled, in every window. "mcptb resume" continues.':
    "已停止：在所有窗口中，不再向任何宿主发送请求，正在运行的请求已取消。“mcptb resume” 恢复运行。",
  "Requests are sent to hosts again.": "请求重新发送给宿主。",
  "Nothing was stopped.": "本来就没有停止。",
  name: "名称",
  made: "创建于",
  expires: "到期",
  models: "模型",
  hosts: "宿主",
  apis: "接口",
  limits: "限额",
  consent: "同意",
  operator: "操作者",
  secret: "密钥",
  never: "永不",
  " (over)": "（已过期）",
  any: "不限",
  "as for all": "同全局设置",
  yes: "是",
  no: "否",
  "requests/minute": "次请求/分钟",
  "tokens/minute": "个 token/分钟",
  "requests/day": "次请求/天",
  "tokens/day": "个 token/天",
  none: "无",
  key: "密钥",
  model: "模型",
  host: "宿主",
  day: "日期",
  requests: "请求",
  errors: "错误",
  "input tokens": "输入 token",
  "output tokens": "输出 token",
  "estimated tokens": "估算的 token",
  "A key's name begins with a letter or digit and has up to 40 letters, digits and any of . _ @ -":
    "密钥名称以字母或数字开头，最多 40 个字符，可含字母、数字和 . _ @ -",
  "A key named {0} exists already; choose another name, or rotate or revoke that key.":
    "名为 {0} 的密钥已经存在；请换一个名称，或轮换、撤销那个密钥。",
  "There are {0} keys already; revoke unused ones.": "已有 {0} 个密钥；请撤销不用的密钥。",
  "There is no key named {0}. No keys exist.": "没有名为 {0} 的密钥。目前没有任何密钥。",
  "There is no key named {0}. Keys: {1}": "没有名为 {0} 的密钥。已有密钥：{1}",
  "it is not a line of the audit log, or was cut": "它不是审计日志的一行，或被截断",
  "its number is {0}: lines were removed, added or moved": "它的编号是 {0}：有行被删除、添加或移动",
  "the line before it was changed or replaced": "它之前的一行被改动或替换",
  "it is not the line that was written": "它不是当时写入的那一行",
  "it is missing: there were {0} lines before": "它不见了：以前共有 {0} 行",
  "no prompt or answer of this request is kept; they are kept only with --keep-content, and not for ever":
    "没有保存这个请求的提示和回答；只有使用 --keep-content 才会保存，并且不是永久的",
  "There were no requests.": "没有任何请求。",
  "This is the history in the memory of the running bridge, since its start.":
    "这是正在运行的桥自启动以来保存在内存中的记录。",
  "no bridge answers at {0} ({1})\nOn this Node the history is only in the memory of the running bridge; from Node 22.13 on it is a file.":
    "{0} 没有桥响应（{1}）\n在这个 Node 版本上，历史记录只在正在运行的桥的内存里；从 Node 22.13 起才是文件。",
  "the bridge shows this only with one of its operator keys (--operator-key); set MCPTB_OPERATOR_KEY":
    "桥只对 --operator-key 中的密钥提供这些内容；请用 MCPTB_OPERATOR_KEY 给出",
  "the bridge does not report its usage; its version differs from this program's":
    "桥没有提供用量；它的版本与当前程序不一致",
  "this is not in the audit log: {0}": "这一项没有写入审计日志：{0}",
  "There is no audit log yet.": "还没有审计日志。",
  "{0} has been changed. Line {1}: {2}.": "{0} 与写入时不一致。第 {1} 行：{2}。",
  "{0} lines, unbroken, the last of {1}. Head: {2}:{3}":
    "共 {0} 行，完整无缺，最后一行的时间是 {1}。链头：{2}:{3}",

  // Changing files
  "has nothing that mcptb wrote.": "中没有 mcptb 写入的内容。",
  "is already up to date.": "已经是最新的。",
  "Nothing has been written. The same command with --write does it.":
    "还没有写入任何内容。给同一个命令加上 --write 才会写入。",
  " and ": "和",
  "nothing was written": "没有写入任何内容",
  "nothing was written: {0} has changed in the meantime; run the command again":
    "没有写入任何内容：{0} 在此期间被改动；请重新运行命令",
  "nothing was written: {0} exists, and there is no terminal to ask on\nAdd --yes to change it as shown.":
    "没有写入任何内容：{0} 已存在，而这里没有可以询问的终端\n加上 --yes 可按所示改动。",
  "Change {0} as shown?": "按所示改动 {0}？",
  "Removed {0}": "已删除 {0}",
  "Wrote {0}": "已写入 {0}",
  "Its content before the first change is kept in {0}": "第一次改动之前的内容保存在 {0}",
  "{0} is nested too deeply to be edited safely; it is left alone": "{0} 嵌套太深，无法安全改动；保持原样",

  // What to do about an error
  "See docs/errors.md.": "见 docs/errors.md。",
  "Correct the field that the message names.": "请改正消息指出的字段。",
  "Leave out the feature that the message names.": "请去掉消息指出的功能。",
  "Shorten or compact the conversation.": "请缩短或压缩对话。",
  "Send one of the configured keys as `Authorization: Bearer KEY`, `x-api-key: KEY` or `x-goog-api-key: KEY`.":
    "请用 `Authorization: Bearer KEY`、`x-api-key: KEY` 或 `x-goog-api-key: KEY` 发送一个已配置的密钥。",
  "Use a loopback address, or name it with --allowed-hosts or --allowed-origins.":
    "请使用环回地址，或用 --allowed-hosts 或 --allowed-origins 允许它。",
  "Send one of the keys of --operator-key, or one of `mcptb keys add NAME --operator`.":
    "请发送 --operator-key 中的一个密钥，或用 `mcptb keys add NAME --operator` 建立的密钥。",
  "Read the message: it says who refused. If it was the host, allow sampling for this server there and send a new message; for a minute the bridge repeats the host's refusal without asking again.":
    "请看错误消息：它说明是谁拒绝的。若是宿主，请在宿主里允许这个服务器使用 sampling，再发送一条新消息；一分钟内桥会重复宿主的拒绝，不再询问。",
  "Ask the person who runs the bridge to answer: on its page, with `mcptb approvals` or in VS Code. --consent-timeout sets how long a request waits.":
    "请让运行桥的人回答：在桥的页面上、用 `mcptb approvals` 或在 VS Code 里。--consent-timeout 决定请求等待多久。",
  "Ask them before you send it again.": "再次发送之前请先询问对方。",
  "Read the message; docs/quick-reference.md lists the paths.": "请看错误消息；速查表列出了所有路径。",
  "no bridge answers at {0} ({1})": "{0} 上没有桥响应（{1}）",
  "the bridge lets in only an operator; give a key of its --operator-key with MCPTB_OPERATOR_KEY":
    "桥只接受操作员；请用 MCPTB_OPERATOR_KEY 给出它的一个 --operator-key 密钥",
  "the bridge has no page to sign in to; it is of another version than this program":
    "这座桥没有可以登录的页面；它的版本与本程序不同",
  "Use a name from GET /v1/models, or map this name to a model with --model-alias.":
    "请使用 GET /v1/models 中的名称，或用 --model-alias 为这个名称指定模型。",
  "Use the method in the Allow header.": "请使用 Allow 头里的方法。",
  "Send less, or raise --body-limit-mb.": "请减少内容，或提高 --body-limit-mb。",
  "Send plain JSON with `content-type: application/json`.":
    "请发送未压缩的 JSON，并带上 `content-type: application/json`。",
  "Send the request with POST; clients that try a WebSocket first do that by themselves.":
    "请用 POST 发送请求；先尝试 WebSocket 的客户端会自动这样做。",
  "Send fewer requests at once, or raise --max-queued.": "请减少同时发送的请求，或提高 --max-queued。",
  "Wait, or choose another model in the host.": "请稍候，或在宿主里换一个模型。",
  "Wait for the quota to renew, or choose another model in the host.":
    "请等待额度恢复，或在宿主里换一个模型。",
  "Nothing, if it was intended; otherwise raise the client's own time limit.":
    "如果是有意的，无需处理；否则请提高客户端自己的时间限制。",
  "Report it with the request id and the bridge's log.": "请附上请求编号和桥的日志报告问题。",
  "Read the message; look at the host's own log.": "请看错误消息和宿主自己的日志。",
  "Sign in again in the host, or correct the key that it uses.": "请在宿主里重新登录，或改正它使用的密钥。",
  "Start the server again in the host, then send the request again.":
    "请在宿主里重新启动服务器，然后再次发送请求。",
  "Start this MCP server in your host (in VS Code: MCP: List Servers > Start). `mcptb doctor` checks it.":
    "请在宿主里启动这个 MCP 服务器（在 VS Code 中：MCP: List Servers > Start）。运行 `mcptb doctor` 检查。",
  "Use a host with sampling, such as VS Code with Copilot or `mcptb demo`.":
    "请使用支持 sampling 的宿主，例如装有 Copilot 的 VS Code，或 `mcptb demo`。",
  "Send fewer requests at once, or raise --max-concurrent or --queue-timeout-ms.":
    "请减少同时发送的请求，或提高 --max-concurrent 或 --queue-timeout-ms。",
  "Send fewer large requests at once, or raise --body-budget-mb.":
    "请减少同时发送的大请求，或提高 --body-budget-mb。",
  "Send the request again when it is back.": "请在桥恢复后再次发送请求。",
  "Ask that person; `mcptb resume` continues.": "请询问停止它的人；`mcptb resume` 让它继续。",
  "Read the bridge's log, which says what is wrong with the file, and run `mcptb keys list`.":
    "请看桥的日志，它会说明文件有什么问题，再看 `mcptb keys list`。",
  "Use one of the values in the message, or ask the person who runs the bridge for a key with more rights.":
    "请使用消息中列出的内容，或向运行桥的人申请权限更大的密钥。",
  "Wait until the time in the message, ask for fewer tokens, or ask the person who runs the bridge for a higher limit.":
    "请等到消息给出的时间，减少请求的 token，或向运行桥的人申请更高的限额。",
  "Wait until the time in the message, or ask the person who runs the bridge for a higher limit.":
    "请等到消息给出的时间，或向运行桥的人申请更高的限额。",
  "Check whether the host waits for consent; raise --http-timeout.":
    "请看宿主是否在等待同意；或提高 --http-timeout。",

  // The cluster
  "NATS {0}, members: {1}": "NATS {0}，成员数：{1}",
  "No member of the cluster has a host.": "集群中没有任何成员有宿主。",
  "{0} gets no new requests at any member; what runs there goes on.":
    "所有成员都不再向 {0} 发送新请求；正在运行的请求会继续。",
  "No member of the cluster has a host {0}; mcptb cluster lenders shows them.":
    "集群中没有成员有名为 {0} 的宿主；mcptb cluster lenders 会列出所有宿主。",
  "Which cluster? Give the addresses of its broker with --cluster or MCPTB_CLUSTER.":
    "是哪个集群？请用 --cluster 或 MCPTB_CLUSTER 给出代理服务器的地址。",
  "The cluster's broker cannot be used: {0}": "集群的代理服务器无法使用：{0}",
  "{0} does not answer; it may have another --cluster-secret.":
    "{0} 没有回答；它的 --cluster-secret 可能不同。",
};
