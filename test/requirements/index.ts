import { cluster } from "./cluster.ts";
import { control } from "./control.ts";
import { chat } from "./chat.ts";
import { clients } from "./clients.ts";
import { editor } from "./editor.ts";
import { gemini } from "./gemini.ts";
import { host } from "./host.ts";
import { httpHosts } from "./http-hosts.ts";
import { messages } from "./messages.ts";
import { modern } from "./modern.ts";
import { ollama } from "./ollama.ts";
import { own } from "./own.ts";
import { ownHost } from "./own-host.ts";
import { person } from "./person.ts";
import { relay } from "./relay.ts";
import { responses } from "./responses.ts";
import { server } from "./server.ts";
import { stream } from "./stream.ts";
import { turn } from "./turn.ts";

/** Everything the product must do, by area. A test beside this folder fails when one of them has no test. */
export const REQUIREMENTS = [
  ...chat,
  ...clients,
  ...messages,
  ...responses,
  ...gemini,
  ...ollama,
  ...host,
  ...stream,
  ...turn,
  ...server,
  ...modern,
  ...httpHosts,
  ...relay,
  ...cluster,
  ...control,
  ...own,
  ...ownHost,
  ...person,
  ...editor,
] as const;

export type RequirementId = (typeof REQUIREMENTS)[number]["id"];
