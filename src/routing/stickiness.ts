/** Most conversations whose host is remembered. */
const REMEMBERED = 10_000;

/** The host that served a conversation last: its model has the context, and perhaps a cache of it. */
export class Stickiness {
  readonly #hosts = new Map<string, string>();

  hostOf(conversation: string | undefined): string | undefined {
    return conversation === undefined ? undefined : this.#hosts.get(conversation);
  }

  remember(conversation: string | undefined, hostId: string): void {
    if (conversation === undefined) return;
    this.#hosts.delete(conversation);
    this.#hosts.set(conversation, hostId);
    const [oldest] = this.#hosts.keys();
    if (this.#hosts.size > REMEMBERED && oldest !== undefined) this.#hosts.delete(oldest);
  }
}
