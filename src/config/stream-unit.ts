/** In what an answer that came whole is replayed. */
export const STREAM_UNITS = ["char", "token", "word", "sentence", "whole"] as const;
export type StreamUnit = (typeof STREAM_UNITS)[number];
