import type { Halt } from "../control/halt.ts";
import type { Host } from "../hosts/host.ts";

/** A host that gets no turns while its person has stopped everything; running turns are cancelled. */
export function stoppable(host: Host, halt: Halt): Host {
  return {
    id: host.id,
    describe: () => host.describe(),
    async *run(request, signal, keepPlace) {
      halt.check();
      const ended = new AbortController();
      const unwatch = halt.watch((reason) => ended.abort(reason));
      try {
        yield* host.run(request, AbortSignal.any([signal, ended.signal]), keepPlace);
      } catch (thrown) {
        throw ended.signal.aborted && !signal.aborted ? ended.signal.reason : thrown;
      } finally {
        unwatch();
      }
    },
  };
}
