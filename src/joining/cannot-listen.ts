/** The port cannot be opened, for a reason that waiting does not change; `reason` is the system's code, e.g. `EACCES`. */
export class CannotListen extends Error {
  override readonly name = "CannotListen";

  readonly host: string;
  readonly port: number;
  readonly reason: string;

  constructor(host: string, port: number, reason: string) {
    super(`cannot listen on ${host}, port ${port}: ${reason}`);
    this.host = host;
    this.port = port;
    this.reason = reason;
  }

  /** @param error the error from opening the port. */
  static from(host: string, port: number, error: unknown): CannotListen {
    const code = error instanceof Error && "code" in error ? error.code : error;
    return new CannotListen(host, port, String(code));
  }
}
