/**
 * Prose with the shape of real text: words of many lengths, punctuation, a line break now and then. Drawn by a
 * fixed generator, so that every run sends the same bytes.
 */
const vocabulary = (
  "the of and to in is that for it as was with be by on not he his but at are this have from or had an they " +
  "which one you were all her she there would their we him been has when who will no more if out so up said what " +
  "its about than into them can only other time new some could these two may first then do any like my over such " +
  "server request stream answer token message client prompt function value error result session window editor " +
  "configuration asynchronous cancellation implementation responsibility documentation"
).split(" ");

export function prose(bytes: number, seed = 1): string {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const words: string[] = [];
  for (let length = 0; length < bytes;) {
    const ending = ["", "", "", "", "", "", ",", ".", ".\n"][next(9)] ?? "";
    const word = `${vocabulary[next(vocabulary.length)] ?? "word"}${ending}`;
    words.push(word);
    length += word.length + 1;
  }
  return words.join(" ").slice(0, bytes);
}

/** Prose of exactly `count` words, the unit in which both servers replay an answer by default here. */
export function words(count: number, seed = 2): string {
  return prose(count * 10, seed)
    .split(" ")
    .slice(0, count)
    .join(" ");
}
