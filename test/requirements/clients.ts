import type { Requirement } from "./requirement.ts";

/** What agents send to one API in the form of another. */
export const clients = [
  {
    id: "clients.neighbour-tools",
    source: "OpenAI and Anthropic API references, tools and tool_choice; Cursor's custom endpoints",
    text: "Tools and choices in the form of any of the three APIs are understood at each of them.",
  },
  {
    id: "clients.neighbour-content",
    source: "OpenAI and Anthropic API references, message content; Cursor's custom endpoints",
    text: "Calls, results, pictures, documents and thinking in the form of another API reach the model.",
  },
  {
    id: "clients.neighbour-settings",
    source:
      "OpenAI and Anthropic API references, request members; LiteLLM, Cursor and Qwen Code, which mix them",
    text: "Settings in the words of any of the three APIs are honoured at each of them; two that contradict each other are a 400 that names both.",
  },
  {
    id: "clients.misplaced",
    source: "messages of Gemini, of frameworks, and of servers of open models",
    text: "What a message says in a member that no API has is read where it is plain, else refused by name; reasoning that is not sent again is told in a notice.",
  },
  {
    id: "clients.members",
    source: "the published request schemas of the three APIs",
    text: "Every member of a request is read, harmless, a hint that is noticed, or refused by name with what to do instead; members of no API are named in a notice.",
  },
  {
    id: "clients.kinds",
    source: "the published schemas of the three APIs: content parts, input items, tools and tool choices",
    text: "Every kind of part, item, tool and choice is translated, told to the model as text, left out with a notice where the vendor runs it, or refused by name.",
  },
  {
    id: "clients.met",
    source:
      "reports to LiteLLM, Cursor, Cline, Roo, Continue, Zed, opencode, LangChain, LlamaIndex, the AI SDK, n8n, Open WebUI, Dify and others",
    text: "Careless forms whose meaning is plain are understood, and what has none is refused by name.",
  },
  {
    id: "clients.files",
    source:
      "OpenAI and Anthropic API references, files, documents, images and audio; content blocks of MCP, LangChain and the AI SDK",
    text: "Files that are text reach the model as text, pictures and sound as media, whatever holds them; what no host takes, or is elsewhere, is a 400 that names the part and says what to do.",
  },
  {
    id: "clients.media-data",
    source: "RFC 4648, sections 4 and 5; google-genai (Python), which sends the alphabet for URLs",
    text: "Pictures and sounds reach the host in standard base64, whichever form of it was sent; what is no base64 is refused by name before a host is asked.",
  },
  {
    id: "clients.unknown-content",
    source: "the rule that nothing is dropped",
    text: "Content of an unknown kind reaches the model as its text; without any, and for unknown roles, a 400 names the place and the kind.",
  },
  {
    id: "clients.nothing-ignored",
    source: "requests of Claude Code, Codex, GitHub Copilot CLI, Cursor, opencode, Qwen Code and aider",
    text: "Of what real clients send, nothing that changes an answer is left unread.",
  },
  {
    id: "clients.tool-twice",
    source: "behaviour of the vendors' APIs",
    text: "Of a tool that is declared more than once the last declaration holds.",
  },
] as const satisfies readonly Requirement[];
