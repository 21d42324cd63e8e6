/** A file of the person's that is left as it is; the message says why, and what to do next. */
export class FileError extends Error {
  override readonly name = "FileError";
}
