// One chat as this client knows it: its messages by number, its markers, its line of events.

import { EventLine } from './event-line.js';

export class Channel {
  messages = new Map();
  loaded = false;
  hasOlder = false;
  peerRead = 0;

  constructor(listed) {
    this.id = listed.channel;
    this.line = new EventLine(listed.seq ?? 0);
    this.describe(listed);
    this.mark(listed);
  }

  describe({ kind, name, role, members_count, user }) {
    this.kind = kind ?? this.kind;
    this.name = name ?? this.name;
    this.role = role ?? this.role;
    this.membersCount = members_count ?? this.membersCount;
    this.peer = user ?? this.peer;
  }

  /** Takes over the server's count, which is derived from the log and so is always right. */
  mark({ last_message_number, last_message_at, read_number, unread, mentions }) {
    this.last = Math.max(this.last ?? 0, last_message_number ?? 0);
    this.lastAt = last_message_at ?? this.lastAt;
    this.read = Math.max(this.read ?? 0, read_number ?? 0);
    this.unread = unread ?? this.unread ?? 0;
    this.mentions = mentions ?? this.mentions ?? 0;
  }

  get title() {
    return this.name || this.peer?.display_name || this.peer?.username || 'Chat';
  }

  get canSend() {
    return this.role !== 'reader' && !(this.kind === 'broadcast' && this.role === 'member');
  }

  get ordered() {
    return [...this.messages.values()].sort((a, b) => a.message_number - b.message_number);
  }

  get newest() {
    let newest = null;
    for (const message of this.messages.values()) {
      if (!newest || message.message_number > newest.message_number) newest = message;
    }
    return newest;
  }

  get oldestNumber() {
    return Math.min(...this.messages.keys());
  }

  /** A page may have been read before an event that came first, so what was taken back or rewritten stays so. */
  put(message) {
    const known = this.messages.get(message.message_number);
    if (known?.deleted_at && !message.deleted_at) return;
    if ((known?.edited_at ?? '') > (message.edited_at ?? '') && !message.deleted_at) return;
    this.messages.set(message.message_number, { ...known, ...message });
  }

  created(message, mine) {
    this.put(message);
    if (message.message_number <= this.last) return;
    this.last = message.message_number;
    this.lastAt = message.created_at;
    if (mine) {
      this.read = message.message_number;
      this.unread = this.mentions = 0;
    } else {
      this.unread += 1;
    }
  }

  updated({ message_number, ...change }) {
    const known = this.messages.get(message_number);
    if (known && !known.deleted_at) this.messages.set(message_number, { ...known, ...change });
  }

  deleted(ranges, at) {
    this.#each(ranges, (number) => {
      const known = this.messages.get(number);
      if (known?.deleted_at) return;
      this.#uncount(number);
      if (!known) return;
      const { message_number, sender, created_at } = known;
      this.messages.set(number, { message_number, sender, created_at, deleted_at: at });
    });
  }

  hidden(ranges) {
    this.#each(ranges, (number) => {
      this.#uncount(number);
      this.messages.delete(number);
    });
  }

  forgetMessages() {
    this.messages.clear();
    this.loaded = false;
    this.hasOlder = false;
  }

  #uncount(number) {
    if (number > this.read && number <= this.last) this.unread = Math.max(0, this.unread - 1);
  }

  #each(ranges, visit) {
    for (const [from, to = from] of ranges ?? []) {
      for (let number = from; number <= Math.min(to, this.last); number += 1) visit(number);
    }
  }
}
