/** The public API for embedding the bridge in a program; `examples/embed.mjs` shows it in use. */
export { createBridge, type Bridge, type BridgeOptions } from "./bridge/bridge.ts";
export type { ConnectionEvents } from "./bridge/host-connections.ts";
export type { Lending } from "./bridge/lenders.ts";
export type { Approvals } from "./control/consent/consent.ts";
export type { Approval, Decision } from "./control/control-shapes.ts";
export type { Remember } from "./util/consent-policy.ts";
export { loadConfig, ConfigError, type Sources } from "./config/load.ts";
export { OPTIONS, type Config, type Option } from "./config/settings.ts";
export type { Consent, Host, HostInfo } from "./hosts/host.ts";
export type { Honours, HostAbilities } from "./turn/abilities.ts";
export { defineHost, type HostDefinition } from "./hosts/define-host.ts";
export type { RelayAddress, RelayAuth } from "./hosts/relay/connect.ts";
export { RelayRefused } from "./hosts/relay/greeting.ts";
export type { Transport } from "./hosts/mcp/transport.ts";
export { StdioTransport, type StdioLimits } from "./hosts/mcp/stdio.ts";
export { createLog, openLog, type Logger, type LogLine } from "./observability/log.ts";
export { BridgeError } from "./turn/error.ts";
export { ERROR_KINDS, type ErrorCode, type ErrorKind } from "./turn/error-kinds.ts";
export type { StopReason, TurnEvent, TurnEvents, Usage } from "./turn/event.ts";
export type {
  MediaPart,
  Message,
  Part,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from "./turn/message.ts";
export type { ResponseFormat, Tool, ToolChoice, TurnRequest } from "./turn/request.ts";
export { VERSION } from "./util/package.ts";
