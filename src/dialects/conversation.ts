import type { RequestHeaders } from "./dialect.ts";

/** Headers in which clients name the session a request belongs to. */
const SESSION_HEADERS = ["x-claude-code-session-id", "session_id", "x-session-id"];

const MAX_LENGTH = 200;

/**
 * The id of the conversation, where the client sends one: in a header, or in the name of its user, which proxies pass
 * on when they drop the header. Claude Code puts JSON with the session there; a plain name may cover many conversations
 * and is ignored.
 */
export function conversationOf(headers: RequestHeaders, users: readonly unknown[]): string | undefined {
  for (const name of SESSION_HEADERS) {
    const value = headers.get(name);
    if (value !== null && value !== "") return value.slice(0, MAX_LENGTH);
  }
  const user = users.find((each): each is string => typeof each === "string" && each.startsWith("{"));
  return user === undefined ? undefined : sessionIn(user);
}

function sessionIn(json: string): string | undefined {
  try {
    const { session_id: session } = JSON.parse(json) as { readonly session_id?: unknown };
    return typeof session === "string" && session !== "" ? session.slice(0, MAX_LENGTH) : undefined;
  } catch {
    return undefined;
  }
}
