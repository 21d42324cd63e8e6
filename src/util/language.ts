/** The languages we have texts in. */
export const LANGUAGES = ["en", "zh-CN"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The first supported language in a list written as in HTTP (`zh-Hans, en;q=0.5`) or POSIX (`zh_CN.UTF-8`); else English. */
export function languageOf(...wanted: readonly (string | null | undefined)[]): Language {
  for (const each of wanted) {
    for (const range of (each ?? "").slice(0, 500).split(",")) {
      const language = range.trim().toLowerCase();
      if (language.startsWith("zh")) return "zh-CN";
      if (language.startsWith("en")) return "en";
    }
  }
  return "en";
}

/**
 * The language for the terminal: the setting, else the first POSIX variable that is set (Base Definitions, section
 * 8.2), else the system's language.
 *
 * @param setting `auto` or a language.
 */
export function terminalLanguage(
  setting: string,
  env: Readonly<Record<string, string | undefined>>,
  system: string,
): Language {
  if (setting !== "auto") return languageOf(setting);
  const posix = [env["LC_ALL"], env["LC_MESSAGES"], env["LANG"]].find(
    (value) => value !== undefined && value !== "",
  );
  return languageOf(posix ?? system);
}
