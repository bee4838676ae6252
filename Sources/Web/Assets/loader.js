// Reads what the views need and the events do not bring: history, members, names, threads, pins; and moves markers.

const PAGE = 50;
const PREVIEWS = 40;
const MEMBER_PAGES = 5;
const THREAD_PAGES = 10;
const JUMP_PAGES = 20;
const JUMP_PAGE = 200;
const WATCHED_MAX = 300;

export class Loader {
  #store;
  #client;
  #loading = new Set();
  #reading = new Map();
  #newest = new Map();
  #asked = new Set();
  #shown = undefined;
  #listing = 0;
  #watched = { users: [], channels: [] };

  constructor({ store, client }) {
    this.#store = store;
    this.#client = client;
  }

  open = null;

  get #online() {
    return this.#client.phase === 'online';
  }

  /** After each greeting: the open chat, the last words of the others, and who is there. */
  async online() {
    this.#asked.clear();
    if (this.open) this.show(this.open);
    await this.#previews();
    this.#watch();
  }

  /** Shows another chat than before, or the same one when it has come to be known. */
  enter(id) {
    if (this.open !== id || this.#shown !== this.#store.channels.get(id)) this.show(id);
  }

  /** Shows a chat: its newest page, and how far the others have read. */
  show(id) {
    this.open = id;
    const channel = this.#store.channels.get(id);
    this.#shown = channel;
    if (!channel || !this.#online) return;
    this.members(id);
    if (!channel.loaded && !this.#newest.has(id)) {
      const page = this.#page(id, { limit: PAGE }).finally(() => this.#newest.delete(id));
      this.#newest.set(id, page);
    }
  }

  /** The newest page of a chat, when it is there. */
  newest(id) {
    return this.#newest.get(id) ?? Promise.resolve();
  }

  older() {
    const channel = this.#store.channels.get(this.open);
    if (!this.#online || !channel?.loaded || !channel.hasOlder) return undefined;
    return this.#page(channel.id, { before: channel.from, limit: PAGE });
  }

  /** Reads back to a message, so that it can be shown in its place; promises whether it is there. */
  async reach(id, number) {
    const channel = this.#store.channels.get(id);
    for (let page = 0; page < JUMP_PAGES && channel.loaded && channel.hasOlder && channel.from > number; page += 1) {
      const before = channel.from;
      await this.#page(id, { before, limit: JUMP_PAGE });
      if (channel.from === before) break;
    }
    return channel.from <= number && channel.messages.has(number);
  }

  loading(id) {
    return this.#loading.has(id);
  }

  /** Moves the marker to the newest message; one command at a time, the last wish wins. */
  async read(id) {
    const channel = this.#store.channels.get(id);
    if (!this.#online || !channel || channel.unread === 0 || this.#reading.get(id) >= channel.last) return;
    const underway = this.#reading.has(id);
    this.#reading.set(id, channel.last);
    if (underway) return;
    let wished = 0;
    try {
      this.#store.marked(id, await this.#client.read(id, channel.last));
      wished = this.#reading.get(id);
    } catch {
      // The marker is moved again with the next message or the next look.
    }
    this.#reading.delete(id);
    if (wished > channel.read) this.read(id);
  }

  /** Learns the name of someone who is known by number only; a list of members that is on its way may have it. */
  async name(id) {
    if (!id || this.#store.people.get(id) || this.#listing > 0 || !this.#first(`name ${id}`)) return;
    try {
      this.#store.people.learn(await this.#client.rest('GET', `/users/${encodeURIComponent(id)}`));
      this.#store.changed();
    } catch {
      // Without a name one is “Someone”.
    }
  }

  /** Reads one message that another refers to. */
  async message(id, number) {
    if (!this.#first(`message ${id} ${number}`)) return;
    try {
      const asOf = this.#client.horizon(id);
      const { messages } = await this.#client.history(id, { around: number, limit: 1 });
      this.#store.put(id, messages.filter((message) => message.message_number === number), { asOf });
    } catch {
      // The answer is shown without what it answers.
    }
  }

  async members(id) {
    this.#listing += 1;
    try {
      const all = [];
      let cursor = null;
      for (let page = 0; page < MEMBER_PAGES && (page === 0 || cursor); page += 1) {
        const { items, next_cursor } = await this.#client.members(id, cursor);
        all.push(...items);
        cursor = next_cursor;
      }
      this.#store.members(id, all);
      this.#watch();
    } catch {
      // Receipts then begin with the next one that arrives.
    }
    this.#listing -= 1;
    this.#store.changed();
  }

  async thread(id, root) {
    let after = 0;
    for (let page = 0; page < THREAD_PAGES; page += 1) {
      const asOf = this.#client.horizon(id);
      const { items, has_more } = await this.#client.thread(id, root, { after });
      this.#store.channels.get(id)?.threadRead(root, items, asOf);
      this.#store.changed();
      after = items.at(-1)?.message_number;
      if (!has_more || !after) return;
    }
  }

  /** The pinned messages, oldest first. */
  async pins(id) {
    const asOf = this.#client.horizon(id);
    const { items } = await this.#client.pins(id);
    const pinned = items.map((message) => ({ ...message, pinned_at: message.pinned_at ?? message.created_at }));
    this.#store.put(id, pinned, { asOf });
  }

  async openDirect(username) {
    return this.#store.addChannel(await this.#client.open({ username }));
  }

  /** There is no directory to look names up in: who has a direct chat with us has an id. */
  async userNamed(username) {
    const known = this.#store.people.named(username);
    if (known) return known;
    const { user } = await this.#client.open({ username }).catch((error) => {
      throw error.code === 'not_found' ? new Error(`There is no one called “${username}”.`) : error;
    });
    this.#store.people.learn(user);
    return user;
  }

  async createGroup(name, usernames, more = {}) {
    const members = [];
    for (const username of usernames) members.push((await this.userNamed(username)).id);
    return this.#store.addChannel(await this.#client.create({ kind: 'group', name, members, ...more }));
  }

  #first(wish) {
    if (!this.#online || this.#asked.has(wish)) return false;
    this.#asked.add(wish);
    return true;
  }

  async #page(id, position) {
    if (this.#loading.has(id)) return;
    this.#loading.add(id);
    this.#store.changed();
    const asOf = this.#client.horizon(id);
    try {
      const { messages, has_more } = await this.#client.history(id, position);
      this.#loading.delete(id);
      this.#store.page(id, messages, { hasOlder: has_more, asOf });
    } catch {
      this.#loading.delete(id);
      this.#store.changed();
    }
  }

  /** Presence is told of those whom one watches: the other halves of direct chats, and the open chat's members. */
  #watch() {
    const peers = this.#store.listed(this.open).map((channel) => channel.peer?.id);
    const members = [...(this.#store.channels.get(this.open)?.members.keys() ?? [])];
    const users = [...new Set([...members, ...peers])].filter((id) => id && id !== this.#store.me?.id);
    const wanted = { users: users.slice(0, WATCHED_MAX), channels: this.open ? [this.open] : [] };
    const without = (kind, others) => this.#watched[kind].filter((id) => !others.includes(id));
    const gone = { users: without('users', wanted.users), channels: without('channels', wanted.channels) };
    this.#watched = wanted;
    if (gone.users.length + gone.channels.length > 0) this.#client.unwatch(gone).catch(() => {});
    this.#client.watch(wanted).catch(() => {});
  }

  /** The list shows each chat's last words, which a greeting does not carry. */
  async #previews() {
    for (const channel of this.#store.listed().slice(0, PREVIEWS)) {
      if (!this.#online) return;
      if (channel.last === 0 || channel.newest) continue;
      try {
        const asOf = this.#client.horizon(channel.id);
        const { messages } = await this.#client.history(channel.id, { limit: 1 });
        this.#store.put(channel.id, messages, { asOf });
      } catch {
        return;
      }
    }
  }
}
