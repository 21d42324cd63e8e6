/**
 * Carries JSON-RPC messages between a host and the bridge. The transports of the MCP SDKs have this interface; a program may implement its own.
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

/** Declared as a method, so that one that accepts only JSON-RPC messages is assignable. */
type Heard = { heard(message: object, extra?: object): void }["heard"];
