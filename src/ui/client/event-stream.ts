/** Reads an event stream of our own bridge, whose events have one line of data (WHATWG HTML, section 9.2). */
export async function readEvents(
  { body }: Response,
  on: { readonly data: (text: string) => void; readonly comment?: (text: string) => void },
): Promise<void> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line.startsWith("data:")) on.data(line.slice(5));
      else if (line.startsWith(":")) on.comment?.(line.slice(1).trim());
    }
  }
}
