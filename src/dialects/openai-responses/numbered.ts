import { sseEvent } from "../../wire/sse.ts";
import { jsonLine, jsonText } from "../json-text.ts";

/** The events of one response as SSE frames, numbered from 0 without gaps. */
export class NumberedEvents {
  #next = 0;

  event(type: string, members: object): string {
    this.#next += 1;
    return sseEvent(jsonLine({ type, sequence_number: this.#next - 1, ...members }), type);
  }

  /**
   * Returns a function that writes events which differ only in their `delta`. There are many of them, so the rest is
   * turned into JSON once.
   */
  deltas(type: string, members: object): (delta: string) => string {
    const head = `event: ${type}\ndata: {"type":"${type}","sequence_number":`;
    const middle = `,${jsonLine(members).slice(1, -1)},"delta":`;
    return (delta) => {
      this.#next += 1;
      return `${head}${this.#next - 1}${middle}${jsonText(delta)}}\n\n`;
    };
  }
}
