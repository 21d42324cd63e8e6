/** What a member of a cluster needs of the broker; NATS gives it. */

export interface BrokerMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  /** Where an answer goes, if one is wanted. */
  readonly reply: string | undefined;
  /** The broker itself says that nobody listens on the subject that our message went to; this is where its answers were to go. */
  readonly nobodyListens: boolean;
}

export interface Broker {
  /** Bytes that one message may have. */
  readonly maxPayload: number;
  /** What is sent while it is not connected is lost. */
  readonly isConnected: boolean;
  /** With a `reply` subject, the broker says there when nobody listens. */
  publish(subject: string, data: Uint8Array, reply?: string): void;
  /** The function returned ends it. */
  subscribe(subject: string, onMessage: (message: BrokerMessage) => void): () => void;
  /** Tells when the connection is there again after it was lost; the function returned ends that. */
  onReconnect(listener: () => void): () => void;
  /** A subject that nobody else listens on. */
  inbox(): string;
}

export const SUBJECTS = {
  /** Members say here that they are there. */
  here: "mcptb.1.here",
  /** Asks all members to say so at the subject of the reply. */
  who: "mcptb.1.who",
  /** Asks one member for a link. */
  open: (member: string) => `mcptb.1.open.${member}`,
  /** Asks one member for its hosts, a page at a time. */
  hosts: (member: string) => `mcptb.1.hosts.${member}`,
  /** Tells one member what to do. */
  order: (member: string) => `mcptb.1.order.${member}`,
  /** What goes to one side of a link. */
  link: (link: string, side: "lender" | "borrower") => `mcptb.1.link.${link}.${side}`,
} as const;
