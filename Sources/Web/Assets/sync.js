// Keeps the store true to the server: fills holes, empties the outbox, reads history, moves markers. No page in here.

const PAGE = 50;
const EVENTS_PAGE = 500;
const PREVIEWS = 40;
const CHANNELS_MAX = 5000;

export class Sync {
  #store;
  #outbox;
  #request;
  #rest;
  #delay;
  #online = false;
  #repairing = new Set();
  #sending = new Set();
  #loading = new Set();
  #reading = new Map();
  #asked = new Set();

  /** `request` sends a command; `rest` has `channels`, `members` and `user`; both promise answers. */
  constructor({ store, outbox, request, rest, delay = (ms) => new Promise((resolve) => setTimeout(resolve, ms)) }) {
    this.#store = store;
    this.#outbox = outbox;
    this.#request = request;
    this.#rest = rest;
    this.#delay = delay;
  }

  open = null;

  async ready(data) {
    this.#store.ready(data);
    this.#nowOnline();
    if (data.more_channels) await this.#restOfChannels();
    await this.#previews();
  }

  async resumed(data) {
    this.#store.resumed(data);
    this.#nowOnline();
    if (data.more_added) await this.#restOfChannels();
    await this.#previews();
  }

  offline() {
    this.#online = false;
  }

  event(event) {
    this.#store.take(event);
    if (this.#online) this.#repairAll();
  }

  /** Keeps the message first, and sends it when its turn comes. */
  send(channel, text) {
    this.#outbox.add(channel, text);
    this.#store.changed();
    this.#pump(channel);
  }

  retry(id) {
    this.#outbox.retry(id);
    this.#store.changed();
    for (const channel of this.#outbox.channels) this.#pump(channel);
  }

  discard(id) {
    this.#outbox.settle(id);
    this.#store.changed();
  }

  async openDirect(username) {
    return this.#store.addChannel(await this.#request('channel.open', { username }));
  }

  /** There is no directory to look names up in: who has a direct chat with us has an id. */
  async createGroup(name, usernames) {
    const members = [];
    for (const username of usernames) {
      const { user } = await this.#request('channel.open', { username }).catch((error) => {
        throw error.code === 'not_found' ? new Error(`There is no one called “${username}”.`) : error;
      });
      members.push(user.id);
    }
    return this.#store.addChannel(await this.#request('channel.create', { kind: 'group', name, members }));
  }

  /** Shows a chat: its newest page, and how far the others have read. */
  show(id) {
    this.open = id;
    const channel = this.#store.channels.get(id);
    if (!channel || !this.#online) return;
    this.#members(id);
    if (!channel.loaded) this.#page(id, {});
  }

  older() {
    const channel = this.#store.channels.get(this.open);
    if (!this.#online || !channel?.loaded || !channel.hasOlder) return;
    return this.#page(channel.id, { before: channel.oldestNumber });
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
      const message_number = channel.last;
      this.#store.marked(id, await this.#request('read.update', { channel: id, message_number }));
      wished = this.#reading.get(id);
    } catch {
      // The marker is moved again with the next message or the next look.
    }
    this.#reading.delete(id);
    if (wished > channel.read) this.read(id);
  }

  /** Learns the name of someone who is known by number only. */
  async name(id) {
    if (this.#store.names.has(id) || this.#asked.has(id) || !this.#online) return;
    this.#asked.add(id);
    try {
      this.#store.learnName(await this.#rest.user(id));
    } catch (error) {
      if (error.status === 0) this.#asked.delete(id);
    }
  }

  #nowOnline() {
    this.#online = true;
    this.#repairAll();
    for (const channel of this.#outbox.channels) this.#pump(channel);
    if (this.open) this.show(this.open);
  }

  #repairAll() {
    for (const id of this.#store.behind) this.#repair(id);
  }

  /** Reads the missing events, page by page, until the line is whole or the server says that it has no more. */
  async #repair(id) {
    if (this.#repairing.has(id)) return;
    this.#repairing.add(id);
    try {
      for (let line = this.#store.lineOf(id); line?.behind && this.#online; line = this.#store.lineOf(id)) {
        const before = line.seq;
        const { events } = await this.#request('events.get', {
          channel: id,
          after_seq: before,
          limit: EVENTS_PAGE,
        });
        if (events.length > 0) this.#store.skip(id, events[0].seq - 1);
        for (const event of events) this.#store.take({ channel: id, ...event });
        if (line.seq === before) this.#store.skip(id, line.nextKnown);
      }
    } catch (error) {
      if (error.temporary && error.code !== 'disconnected') await this.#delay(error.retryAfterMs || 1000);
      else if (!error.temporary) this.#giveUp(id);
    }
    this.#repairing.delete(id);
    if (!this.#online) return;
    if (this.#store.lineOf(id)?.behind) this.#repair(id);
    if (id === this.open) this.show(id);
  }

  #giveUp(id) {
    const line = this.#store.lineOf(id);
    if (line) this.#store.skip(id, line.nextKnown);
  }

  /** Sends what waits for one channel, one at a time, so that a retry can never overtake. */
  async #pump(channel) {
    if (this.#sending.has(channel)) return;
    this.#sending.add(channel);
    for (let item = this.#outbox.next(channel); item && this.#online; item = this.#outbox.next(channel)) {
      const { client_msg_id, text } = item;
      try {
        const reply = await this.#request('message.send', { channel, client_msg_id, type: 'text', text });
        this.#outbox.settle(client_msg_id);
        this.#store.acknowledged(item, reply);
      } catch (error) {
        if (error.code === 'disconnected') break;
        if (error.temporary) await this.#delay(error.retryAfterMs || 1000);
        else this.#outbox.fail(client_msg_id, error.message);
      }
      this.#store.changed();
    }
    this.#sending.delete(channel);
  }

  async #page(id, position) {
    if (this.#loading.has(id)) return;
    this.#loading.add(id);
    this.#store.changed();
    try {
      const { messages, has_more } = await this.#request('history.get', { channel: id, limit: PAGE, ...position });
      this.#loading.delete(id);
      this.#store.history(id, messages, { hasOlder: has_more });
    } catch {
      this.#loading.delete(id);
      this.#store.changed();
    }
  }

  async #members(id) {
    try {
      const { items } = await this.#rest.members(id);
      for (const { user, read_number } of items) {
        this.#store.learnName(user);
        const who = user?.id ?? user;
        if (who === this.#store.channels.get(id)?.peer?.id) this.#store.peerRead(id, read_number);
      }
    } catch {
      // Receipts then begin with the next one that arrives.
    }
  }

  /** The list shows each chat's last words, which `ready` does not carry. */
  async #previews() {
    for (const channel of this.#store.listed().slice(0, PREVIEWS)) {
      if (!this.#online) return;
      if (channel.last === 0 || channel.newest) continue;
      try {
        const { messages } = await this.#request('history.get', { channel: channel.id, limit: 1 });
        this.#store.history(channel.id, messages);
      } catch {
        return;
      }
    }
  }

  async #restOfChannels() {
    let cursor = null;
    let seen = 0;
    try {
      do {
        const { items, next_cursor } = await this.#rest.channels(cursor);
        for (const listed of items) if (!this.#store.channels.has(listed.channel)) this.#store.addChannel(listed);
        seen += items.length;
        cursor = next_cursor;
      } while (cursor && seen < CHANNELS_MAX);
    } catch {
      // The chats that are missing appear with their next message, or with the next greeting.
    }
  }
}
