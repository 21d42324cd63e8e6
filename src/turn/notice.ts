import * as z from "zod";
import { shown, type Immutable } from "../util/shape.ts";

export const notice = z.object({
  /** Stable identifier, e.g. `tools-supplied`. */
  code: z.string().regex(/^[a-z][a-z\d-]{0,59}$/),
  /** One sentence for a person, without content of the request. */
  message: shown(500),
});
/**
 * Something a client asked for that was not honoured, or only approximately. Notices are data: they reach the
 * client as a response header and the operator as a log line, and are never silent.
 */
export type Notice = Immutable<z.output<typeof notice>>;

/** Appends `notice` unless one with its code is already there. */
export function addNotice(notices: Notice[], notice: Notice): void {
  if (!notices.some((known) => known.code === notice.code)) notices.push(notice);
}
