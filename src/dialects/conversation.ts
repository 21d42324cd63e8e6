/** Headers in which clients name the session a request belongs to. */
const SESSION_HEADERS = ["x-claude-code-session-id", "session_id", "x-session-id"];

/** What ties the requests of one conversation together, where the client says so. */
export function conversationOf(headers: Headers): string | undefined {
  for (const name of SESSION_HEADERS) {
    const value = headers.get(name);
    if (value !== null && value !== "") return value.slice(0, 200);
  }
  return undefined;
}
