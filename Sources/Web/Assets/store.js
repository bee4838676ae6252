// What this client knows, as plain state: no socket, no page. Events go in, in any order; what comes out is in order.

import { Channel } from './channel.js';
import { EventLine } from './event-line.js';

const STRAYS_MAX = 1000;

export class Store {
  me = null;
  limits = {};
  channels = new Map();
  names = new Map();
  #session = null;
  #epoch = null;
  #mine = new EventLine(0);
  #strays = [];
  #watchers = new Set();

  /** `settled(client_msg_id)` is called when one's own message is seen in the log. */
  constructor({ settled = () => {} } = {}) {
    this.settled = settled;
  }

  watch(watcher) {
    this.#watchers.add(watcher);
  }

  changed() {
    for (const watcher of this.#watchers) watcher();
  }

  /** A fresh start: what was known may be of another history. */
  ready(data) {
    this.me = data.user;
    this.limits = data.limits ?? {};
    this.#session = data.session_id;
    this.#epoch = data.epoch;
    this.#mine = new EventLine(data.me_seq ?? 0);
    this.#strays = [];
    this.channels.clear();
    this.learnName(data.user);
    for (const listed of data.channels) this.addChannel(listed);
    this.changed();
  }

  /** The members of the `resume` frame that say where this client stands, or null when it stands nowhere yet. */
  position() {
    if (!this.#session) return null;
    const channels = {};
    for (const channel of this.channels.values()) channels[channel.id] = channel.line.seq;
    return { session_id: this.#session, epoch: this.#epoch, me_seq: this.#mine.seq, channels };
  }

  /** What the replay could not say: markers, chats that came and went, and how far the lines really go. */
  resumed(data) {
    this.#session = data.session_id ?? this.#session;
    for (const { channel, oldest_seq } of data.gaps ?? []) this.skip(channel, oldest_seq - 1);
    for (const { channel, to_seq } of data.more ?? []) this.lineOf(channel)?.expect(to_seq);
    for (const id of data.removed ?? []) this.channels.delete(id);
    for (const listed of data.added ?? []) this.addChannel(listed);
    for (const state of data.states ?? []) {
      const channel = this.channels.get(state.channel);
      channel?.mark(state);
      channel?.line.expect(state.seq);
    }
    this.#mine.expect(data.me_seq);
    this.changed();
  }

  lineOf(id) {
    return id === '@me' ? this.#mine : this.channels.get(id)?.line;
  }

  /** Lines that are known to lack events. */
  get behind() {
    const ids = [...this.channels.keys()].filter((id) => this.lineOf(id).behind);
    return this.#mine.behind ? ['@me', ...ids] : ids;
  }

  take(event) {
    if (event.seq === undefined) {
      this.#state(event);
    } else {
      const line = this.lineOf(event.channel);
      if (line) line.take(event, (next) => this.#apply(next));
      else if (this.#strays.length < STRAYS_MAX) this.#strays.push(event);
    }
    this.changed();
  }

  /** Goes on behind a hole that cannot be filled; the messages before it may be out of date, and are forgotten. */
  skip(id, seq) {
    const line = this.lineOf(id);
    if (!line || line.seq >= seq) return;
    this.channels.get(id)?.forgetMessages();
    line.skipTo(seq, (next) => this.#apply(next));
    this.changed();
  }

  addChannel(listed) {
    const known = this.channels.get(listed.channel);
    if (known) {
      known.describe(listed);
      known.line.expect(listed.seq);
    } else {
      this.channels.set(listed.channel, new Channel(listed));
      const strays = this.#strays.filter((event) => event.channel === listed.channel);
      this.#strays = this.#strays.filter((event) => event.channel !== listed.channel);
      for (const event of strays) this.take(event);
    }
    if (listed.user) this.learnName(listed.user);
    this.changed();
    return this.channels.get(listed.channel);
  }

  history(id, messages, { hasOlder } = {}) {
    const channel = this.channels.get(id);
    if (!channel) return;
    for (const message of messages) channel.put(message);
    if (hasOlder !== undefined) {
      channel.loaded = true;
      channel.hasOlder = hasOlder;
    }
    this.changed();
  }

  /** The answer to one's own message: it is on disk, and this is its place. */
  acknowledged(item, reply) {
    const { client_msg_id, channel: id, text } = item;
    const { message_number, created_at } = reply;
    const message = { message_number, sender: this.me.id, type: 'text', text, client_msg_id, created_at };
    const channel = this.channels.get(id);
    if (channel && !channel.messages.has(message_number)) channel.created(message, true);
    this.changed();
  }

  peerRead(id, number) {
    const channel = this.channels.get(id);
    if (!channel) return;
    channel.peerRead = Math.max(channel.peerRead, number ?? 0);
    this.changed();
  }

  marked(id, state) {
    this.channels.get(id)?.mark(state);
    this.changed();
  }

  learnName(user) {
    if (!user?.id) return;
    this.names.set(user.id, user.display_name || user.username);
    this.changed();
  }

  /** Newest first; a direct chat in which nobody has spoken is shown only while it is open. */
  listed(open) {
    const spoken = (channel) => channel.kind !== 'direct' || channel.last > 0 || channel.id === open;
    const at = (channel) => channel.lastAt ?? '';
    return [...this.channels.values()].filter(spoken).sort((a, b) => (at(a) < at(b) ? 1 : at(a) > at(b) ? -1 : 0));
  }

  get unread() {
    return [...this.channels.values()].reduce((sum, channel) => sum + channel.unread, 0);
  }

  #apply(event) {
    const { type, channel: id, data = {} } = event;
    const channel = this.channels.get(id);
    if (!channel && id !== '@me') return;
    switch (type) {
      case 'message.created': {
        const mine = data.sender === this.me.id;
        channel.created({ ...data, seq: event.seq }, mine);
        if (channel.peer?.id === data.sender) this.peerRead(id, data.message_number);
        if (mine && data.client_msg_id) this.settled(data.client_msg_id);
        return;
      }
      case 'message.updated':
        return channel.updated(data);
      case 'message.deleted':
        return channel.deleted(data.message_numbers, data.deleted_at ?? new Date().toISOString());
      case 'message.hidden':
        return this.channels.get(data.channel)?.hidden(data.message_numbers);
      case 'channel.updated':
        return channel.describe(data);
      case 'channel.added':
        return void this.addChannel(data);
      case 'channel.removed':
        return void this.channels.delete(data.channel);
      case 'channel.deleted':
        return void this.channels.delete(id);
    }
  }

  #state({ type, channel, data = {} }) {
    if (type === 'receipt.updated' && data.user !== this.me?.id) this.peerRead(channel, data.read);
    if (type === 'receipt.updated' && data.user === this.me?.id) this.marked(channel, { read_number: data.read });
    if (type === 'channel.unread') this.marked(data.channel, data);
    if (type === 'profile.updated') this.learnName(data.user ?? data);
  }
}
