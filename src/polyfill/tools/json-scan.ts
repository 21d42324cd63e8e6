/**
 * Where the JSON object or array that begins at `start` ends, by counting brackets outside strings; `undefined` when
 * it does not end or does not begin there. Single quotes count as string quotes where a string may begin.
 */
export function jsonEnd(text: string, start: number): number | undefined {
  const token = /[{}[\]]|"|'/g;
  token.lastIndex = start;
  let depth = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [char] = match;
    if (char === "{" || char === "[") depth += 1;
    else if (char === "}" || char === "]") {
      depth -= 1;
      if (depth <= 0) return depth === 0 ? token.lastIndex : undefined;
    } else if (
      char === '"' ||
      /[{[,:]\s*$/.test(text.slice(Math.max(start, match.index - 40), match.index))
    ) {
      const end = stringEnd(text, token.lastIndex, char);
      if (end === undefined) return undefined;
      token.lastIndex = end;
    }
  }
  return undefined;
}

/** Behind the quote that ends a string whose content begins at `from`. */
function stringEnd(text: string, from: number, quote: string): number | undefined {
  let at = text.indexOf(quote, from);
  while (at >= 0) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === 92) backslashes += 1;
    if (backslashes % 2 === 0) return at + 1;
    at = text.indexOf(quote, at + 1);
  }
  return undefined;
}
