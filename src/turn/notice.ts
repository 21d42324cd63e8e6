/**
 * Something a client asked for that was not honoured, or only approximately. Notices are data: they reach the
 * client as a response header and the operator as a log line, and are never silent.
 */
export interface Notice {
  /** Stable identifier, e.g. `tools-supplied`. */
  readonly code: string;
  /** One sentence for a person; holds no content of the request. */
  readonly message: string;
}

/** Appends `notice` unless one with its code is already there. */
export function addNotice(notices: Notice[], notice: Notice): void {
  if (!notices.some((known) => known.code === notice.code)) notices.push(notice);
}
