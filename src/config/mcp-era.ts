/** Which eras of MCP are served: `legacy` up to 2025-11-25, `modern` from 2026-07-28 on, `auto` what the host opens with. */
export const MCP_ERAS = ["legacy", "auto", "modern"] as const;
export type McpEra = (typeof MCP_ERAS)[number];
