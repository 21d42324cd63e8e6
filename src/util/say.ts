/**
 * What people at a terminal read, in their language. The English text stands where it is said and is the key of its translation, with
 * `{0}`, `{1}` … for what is put in.
 */
export type Catalog = Readonly<Record<string, string>>;

let catalog: Catalog | undefined;

/** From now on what is said comes from this catalog; what it lacks is said in English, as all is without one. */
export function speak(translations: Catalog | undefined): void {
  catalog = translations;
}

/** A tag for templates. */
export function say(texts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  // In one go: what is put in may itself look like a mark.
  return said(keyOf(texts)).replaceAll(/\{(\d)\}/g, (mark, index: string) =>
    String(values[Number(index)] ?? mark),
  );
}

/** The translation of a text that says the same each time. */
export function said(text: string): string {
  return catalog !== undefined && Object.hasOwn(catalog, text) ? (catalog[text] ?? text) : text;
}

/** The key of a template's texts. */
export function keyOf(texts: readonly string[]): string {
  return texts.reduce((key, text, index) => `${key}{${index - 1}}${text}`);
}
