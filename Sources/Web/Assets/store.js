// What this client knows, as plain state: no socket, no page. The client hands events on in order and each once.

import { Channel } from './channel.js';

export class Store {
  me = null;
  channels = new Map();
  #watchers = new Set();

  constructor({ people }) {
    this.people = people;
  }

  watch(watcher) {
    this.#watchers.add(watcher);
  }

  changed() {
    for (const watcher of this.#watchers) watcher();
  }

  /** A fresh start: what was known may be of another history. */
  ready({ user, channels }) {
    this.me = user;
    this.channels.clear();
    this.people.learn(user);
    this.people.forgetPresence();
    this.add(channels);
  }

  /** What the replay could not say: markers, and chats that came and went. */
  resumed({ states = [], added = [], removed = [] }) {
    this.people.forgetPresence();
    for (const id of removed) this.channels.delete(id);
    for (const state of states) this.channels.get(state.channel)?.mark(state);
    this.add(added);
  }

  add(channels) {
    for (const listed of channels) this.addChannel(listed);
    this.changed();
  }

  addChannel(listed) {
    const known = this.channels.get(listed.channel);
    if (known) known.describe(listed);
    else this.channels.set(listed.channel, new Channel(listed));
    this.people.learn(listed.user);
    this.changed();
    return this.channels.get(listed.channel);
  }

  /** The messages before a hole may be out of date, and are read anew. */
  gap({ channel }) {
    this.channels.get(channel)?.forgetMessages();
    this.changed();
  }

  event({ type, channel: id, seq, data = {} }) {
    if (type === 'presence') this.people.appeared(data);
    else if (type === 'profile.updated') this.people.learn(data.user ?? data);
    else if (id === '@me') this.#mine(type, data);
    else if (this.channels.has(id)) this.#inChannel(this.channels.get(id), type, seq, data);
    this.changed();
  }

  /** The answer to one's own message: it is on disk, and this is its place. */
  acknowledged(item, { message_number, created_at }) {
    const { client_msg_id, channel: id } = item;
    const channel = this.channels.get(id);
    if (!channel || channel.messages.has(message_number)) return;
    const message = { ...this.written(item), message_number, sender: this.me.id, client_msg_id, created_at };
    channel.created(message, { mine: true });
    this.changed();
  }

  /** What a message in the outbox says. */
  written({ type, data, created_at }) {
    const { text, reply_to } = data;
    if (type !== 'message.forward') return { type: 'text', text, reply_to, created_at };
    const source = this.channels.get(data.from_channel)?.messages.get(data.message_number);
    const from = source?.forwarded_from ?? { sender: source?.sender, created_at: source?.created_at };
    const { attachments } = source ?? {};
    return { type: source?.type ?? 'text', text: source?.text ?? '', attachments, forwarded_from: from, created_at };
  }

  /** What was read is as it was when every event up to `asOf` had happened. */
  page(id, messages, { hasOlder, asOf }) {
    this.channels.get(id)?.page(messages, hasOlder, asOf);
    this.changed();
  }

  /** Messages that stand alone: the last words of a chat, an answered one, a pinned one. */
  put(id, messages, { asOf }) {
    for (const message of messages) this.channels.get(id)?.put(message, asOf);
    this.changed();
  }

  marked(id, state) {
    this.channels.get(id)?.mark(state);
    this.changed();
  }

  members(id, members) {
    const channel = this.channels.get(id);
    if (!channel) return;
    channel.members = new Map(members.map(({ user, role }) => [user.id, role]));
    for (const { user, read_number } of members) {
      this.people.learn(user);
      channel.readUpTo(user.id, read_number);
    }
    this.changed();
  }

  /** Newest first; a direct chat in which nobody has spoken is shown only while it is open. */
  listed(open) {
    const spoken = (channel) => channel.kind !== 'direct' || channel.last > 0 || channel.id === open;
    const at = (channel) => channel.lastAt ?? '';
    return [...this.channels.values()].filter(spoken).sort((a, b) => (at(a) < at(b) ? 1 : at(a) > at(b) ? -1 : 0));
  }

  /** What asks for attention: all that is unread, but of a muted chat only what mentions me. */
  get unread() {
    const counts = [...this.channels.values()].map((chat) => (chat.muted() ? chat.mentions : chat.unread));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  #mine(type, data) {
    switch (type) {
      case 'channel.added':
        return void this.addChannel(data);
      case 'channel.removed':
        return void this.channels.delete(data.channel);
      case 'message.hidden':
        return this.channels.get(data.channel)?.hidden(data.message_numbers);
      case 'channel.unread':
        return this.channels.get(data.channel)?.mark(data);
    }
  }

  #inChannel(channel, type, seq, data) {
    const mine = (id) => id === this.me?.id;
    switch (type) {
      case 'message.created': {
        this.people.wrote(channel.id, data.sender);
        const mentioned = (data.mentions ?? []).includes(this.me.id);
        return channel.created({ ...data, seq }, { mine: mine(data.sender), mentioned });
      }
      case 'message.updated':
        return channel.updated(data);
      case 'message.deleted':
        return channel.deleted(data.message_numbers, data.deleted_at ?? new Date().toISOString());
      case 'message.pinned':
        return channel.pinned(data.message_number, new Date().toISOString());
      case 'message.unpinned':
        return channel.pinned(data.message_number, null);
      case 'reaction.added':
        return channel.reacted(data, { mine: mine(data.user), on: true, seq });
      case 'reaction.removed':
        return channel.reacted(data, { mine: mine(data.user), on: false, seq });
      case 'member.joined':
        this.people.learn({ id: data.user, username: data.username, display_name: data.display_name });
        return channel.joined(data.user, data.role, data.members_count);
      case 'member.left':
        return channel.left(data.user, data.members_count);
      case 'member.updated':
        channel.joined(data.user, data.role);
        return void (mine(data.user) && channel.describe({ role: data.role }));
      case 'channel.updated':
        return channel.describe(data);
      case 'receipt.updated':
        channel.readUpTo(data.user, data.read);
        return void (mine(data.user) && channel.mark({ read_number: data.read }));
      case 'typing':
        return void (mine(data.user) || this.people.writes(channel.id, data));
    }
  }
}
