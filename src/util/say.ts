/**
 * Texts for people at a terminal, in their language. The English text stands in the code and is the key of its
 * translation, with `{0}`, `{1}` … for the values.
 */
export type Catalog = Readonly<Record<string, string>>;

let catalog: Catalog | undefined;

/** Sets the catalog for all later texts; a text that it lacks stays English. */
export function speak(translations: Catalog | undefined): void {
  catalog = translations;
}

/** A tag for templates. */
export function say(texts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  // In one pass: a value may itself look like a placeholder.
  return said(keyOf(texts)).replaceAll(/\{(\d{1,2})\}/g, (mark, index: string) =>
    String(values[Number(index)] ?? mark),
  );
}

/** The translation of a text without values. */
export function said(text: string): string {
  return catalog !== undefined && Object.hasOwn(catalog, text) ? (catalog[text] ?? text) : text;
}

/** The key of a template's texts. */
export function keyOf(texts: readonly string[]): string {
  return texts.reduce((key, text, index) => `${key}{${index - 1}}${text}`);
}
