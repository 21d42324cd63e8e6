/** The public API for embedding the bridge in a program. */
export { createBridge, type Bridge } from "./bridge.ts";
export { loadConfig, ConfigError, type Sources } from "./config/load.ts";
export type { Config } from "./config/schema.ts";
export type { Host, HostAbilities, HostInfo } from "./hosts/host.ts";
export { BridgeError, ERROR_KINDS, type ErrorCode } from "./turn/error.ts";
export type { TurnEvent, TurnEvents } from "./turn/event.ts";
export type { TurnRequest } from "./turn/request.ts";
