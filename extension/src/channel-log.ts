/** The bridge's log in the editor's output channel, which has a time, a level and a filter of its own. */
import { Writable } from "node:stream";
import type { LogOutputChannel } from "vscode";
import { textOf, type LogRecord } from "../../src/observability/text-log.ts";

/** @returns what takes the log's lines of JSON, one a write. */
export function channelWriter(channel: LogOutputChannel): Writable {
  return new Writable({
    decodeStrings: false,
    write(line: string, _encoding, done) {
      const { level = 30, time: _, ...rest } = JSON.parse(line) as LogRecord;
      const text = textOf(rest);
      if (level >= 50) channel.error(text);
      else if (level >= 40) channel.warn(text);
      else if (level >= 30) channel.info(text);
      else channel.debug(text);
      done();
    },
  });
}
