/** A setting that cannot be used; the message names it and is meant for the person at the terminal. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
