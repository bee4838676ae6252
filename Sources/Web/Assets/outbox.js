// Messages that are written but not yet acknowledged, each under its own key, so that two tabs never overwrite one
// another's and a reload forgets none. Two tabs may send the same one: its client_msg_id makes that one message.

export class Outbox {
  #storage;
  #prefix;
  #items;

  constructor({ storage, user, now = Date.now, random = () => crypto.getRandomValues(new Uint32Array(2)) }) {
    this.#storage = storage;
    this.#prefix = `confab.outbox.${user}.`;
    this.now = now;
    this.random = random;
    this.#items = this.#load();
  }

  get items() {
    return this.#items;
  }

  of(channel) {
    return this.#items.filter((item) => item.channel === channel);
  }

  /** The next message of the channel that may go: they go one at a time, in the order in which they were written. */
  next(channel) {
    return this.#items.find((item) => item.channel === channel && !item.failure);
  }

  get channels() {
    return new Set(this.#items.filter((item) => !item.failure).map((item) => item.channel));
  }

  add(channel, text) {
    const unique = [...this.random()].map((number) => number.toString(36)).join('');
    const item = {
      client_msg_id: `${this.now().toString(36)}-${unique}`,
      channel,
      text,
      order: (this.#items.at(-1)?.order ?? 0) + 1,
      created_at: new Date(this.now()).toISOString(),
    };
    this.#items.push(item);
    this.#write(item);
    return item;
  }

  fail(id, why) {
    this.#change(id, (item) => ({ ...item, failure: why }));
  }

  /** A failed message is written again, so it goes behind those that were written since. */
  retry(id) {
    const order = (this.#items.at(-1)?.order ?? 0) + 1;
    this.#change(id, ({ failure, ...item }) => ({ ...item, order }));
    this.#items.sort((a, b) => a.order - b.order);
  }

  settle(id) {
    this.#items = this.#items.filter((item) => item.client_msg_id !== id);
    this.#storage.removeItem(this.#prefix + id);
  }

  clear() {
    for (const item of [...this.#items]) this.settle(item.client_msg_id);
  }

  #change(id, change) {
    this.#items = this.#items.map((item) => {
      if (item.client_msg_id !== id) return item;
      const changed = change(item);
      this.#write(changed);
      return changed;
    });
  }

  #write(item) {
    try {
      this.#storage.setItem(this.#prefix + item.client_msg_id, JSON.stringify(item));
    } catch {
      // Storage is full or forbidden: the message is still kept for as long as the page is open.
    }
  }

  #load() {
    const keys = Array.from({ length: this.#storage.length }, (_, index) => this.#storage.key(index));
    return keys
      .filter((key) => key.startsWith(this.#prefix))
      .map((key) => JSON.parse(this.#storage.getItem(key)))
      .sort((a, b) => a.order - b.order);
  }
}
