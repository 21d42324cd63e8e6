/** What carries a relay between two of our processes: texts, each whole, in their order. */

/** Why a side ends a link: its work is done, or the other side has broken the protocol. */
export type LinkEnd = "done" | "violation";

export interface LinkEvents {
  readonly onText: (text: string) => void;
  /**
   * Called once, unless this side has ended the link. `fault` says what the other side did wrong, if it did; `unheard`, where the link
   * knows it for certain, the number of texts (from 0, as they were sent) from which on the other side has got none.
   */
  readonly onClosed: (fault: string | undefined, unheard?: number) => void;
}

export interface Link {
  /** Bytes that were sent and wait for the other side to take them. */
  readonly waiting: number;
  /** From here on what comes is told; called once. */
  open(events: LinkEvents): void;
  /** A link that may not hold any more for a side that does not read ends itself. After the end nothing is sent. */
  send(text: string): void;
  /** Ends in good order, in bounded time; does not wait for the other side. */
  close(end: LinkEnd): void;
  /** Whether turns are open: the death of the other side must then be noticed soon. */
  attend(turns: boolean): void;
}
