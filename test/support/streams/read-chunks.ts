/** The body of a response as text, piece by piece as it comes. */
export async function* readChunks(response: Response): AsyncGenerator<string, undefined> {
  if (response.body === null) return undefined;
  const decoder = new TextDecoder();
  for await (const chunk of response.body) yield decoder.decode(chunk, { stream: true });
  return undefined;
}
