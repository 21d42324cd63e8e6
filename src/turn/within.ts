/** Node's timers end here; a longer time fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The promise's value, or `undefined` when `ms` milliseconds pass first. Rejects when the promise does. */
export async function within<Value>(promise: Promise<Value>, ms: number): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, Math.min(ms, LONGEST_MS), undefined);
  });
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
  }
}
