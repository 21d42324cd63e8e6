/** The public API for embedding the bridge in a program; `examples/embed.mjs` shows it in use. */
export {
  createBridge,
  type Bridge,
  type BridgeOptions,
  type ConnectionEvents,
  type Lending,
} from "./bridge.ts";
export { loadConfig, ConfigError, type Sources } from "./config/load.ts";
export { OPTIONS, type Option } from "./config/settings.ts";
export { configSchema, type Config } from "./config/settings.ts";
export type { Consent, Honours, Host, HostAbilities, HostInfo } from "./hosts/host.ts";
export type { RelayAddress, RelayAuth } from "./hosts/relay/connect.ts";
export { RelayRefused } from "./hosts/relay/greeting.ts";
export { StdioTransport } from "./hosts/mcp/stdio.ts";
export { createLog, openLog, type Logger } from "./observability/log.ts";
export { BridgeError, ERROR_KINDS, type ErrorCode, type ErrorKind } from "./turn/error.ts";
export type { StopReason, TurnEvent, TurnEvents, Usage } from "./turn/event.ts";
export type { Message, Part, TextPart } from "./turn/message.ts";
export type { ResponseFormat, Tool, ToolChoice, TurnRequest } from "./turn/request.ts";
export { VERSION } from "./util/package.ts";
