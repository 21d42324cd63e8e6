/**
 * What carries JSON-RPC messages between a host and the bridge. The transports of the MCP SDKs have this form, and so may a program's own.
 */
export interface Transport {
  start(): Promise<void>;
  /** Sends one JSON-RPC message. */
  send(message: object, options?: object): Promise<void>;
  close(): Promise<void>;
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: Heard | undefined;
}

/** The type of a method, so that one which takes only JSON-RPC messages fits. */
type Heard = { heard(message: object, extra?: object): void }["heard"];
