// A numbered line of events: a channel's, or one's own (`@me`). The numbers are dense, so it can prove that nothing is
// missing: an event is handed on only when every number before it has been seen.

export class EventLine {
  #ahead = [];

  constructor(seq) {
    this.seq = seq;
    this.target = seq;
  }

  /** True while events are known to exist that have not been seen. */
  get behind() {
    return this.#ahead.length > 0 || this.target > this.seq;
  }

  /** Hands on this event and those that waited for it, or keeps it until its predecessors are here. */
  take(event, apply) {
    const end = event.to_seq ?? event.data?.to_seq ?? event.seq;
    if (end <= this.seq) return;
    if (event.seq > this.seq + 1) {
      this.#ahead.push(event);
      return;
    }
    this.seq = end;
    apply(event);
    this.#drain(apply);
  }

  /** Someone said that the line goes this far. */
  expect(seq) {
    this.target = Math.max(this.target, seq ?? 0);
  }

  /** Goes on from `seq` although events before it were never seen: the server has them no more. */
  skipTo(seq, apply) {
    this.seq = Math.max(this.seq, seq);
    this.#drain(apply);
  }

  /** Where to go on when the server has nothing to give for the hole. */
  get nextKnown() {
    return this.#ahead.length > 0 ? Math.min(...this.#ahead.map((event) => event.seq)) - 1 : this.target;
  }

  #drain(apply) {
    const waiting = this.#ahead.sort((a, b) => a.seq - b.seq);
    this.#ahead = [];
    for (const event of waiting) this.take(event, apply);
  }
}
