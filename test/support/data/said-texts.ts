/** The texts that a source says to people: the keys of its templates with the tag `say`, nested ones too. */
import { keyOf } from "../../../src/util/say.ts";

export function saidTexts(source: string): string[] {
  const keys: string[] = [];
  for (const { index } of source.matchAll(/\bsay`/g)) {
    const [texts] = template(source, index + "say`".length);
    keys.push(keyOf(texts.map((text) => text.replaceAll("\\n", "\n").replaceAll(/\\(.)/g, "$1"))));
  }
  return keys;
}

/** The texts of the template that begins here, and where it ends. */
function template(source: string, from: number): [texts: string[], end: number] {
  const texts = [""];
  let at = from;
  while (source[at] !== "`") {
    if (source.startsWith("${", at)) {
      at = expression(source, at + 2);
      texts.push("");
    } else {
      const length = source[at] === "\\" ? 2 : 1;
      texts.push(`${texts.pop()}${source.slice(at, at + length)}`);
      at += length;
    }
  }
  return [texts, at + 1];
}

/** Where the expression that begins here ends. */
function expression(source: string, from: number): number {
  let at = from;
  for (let depth = 1; depth > 0;) {
    if (source[at] === "`") [, at] = template(source, at + 1);
    else {
      if (source[at] === "{") depth += 1;
      if (source[at] === "}") depth -= 1;
      at += 1;
    }
  }
  return at;
}
