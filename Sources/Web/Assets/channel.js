// One chat as this client knows it: what it is called, its messages by number, and who has read how far.

const FIELDS = {
  kind: 'kind',
  name: 'name',
  topic: 'topic',
  visibility: 'visibility',
  role: 'role',
  members_count: 'membersCount',
  user: 'peer',
  notifications: 'notifications',
  muted_until: 'mutedUntil',
  archived_at: 'archivedAt',
};

export class Channel {
  messages = new Map();
  /** The number from which on every message is here; what is known before it stands alone (answered, pinned). */
  from = 0;
  loaded = false;
  hasOlder = false;
  marks = new Map();
  members = new Map();
  threads = new Map();

  constructor(listed) {
    this.id = listed.channel;
    this.describe(listed);
    this.mark(listed);
  }

  /** Takes over what is said, and leaves the rest. */
  describe(said) {
    for (const [theirs, ours] of Object.entries(FIELDS)) if (said[theirs] !== undefined) this[ours] = said[theirs];
  }

  /** Takes over the server's count, which is derived from the log and so is always right. */
  mark({ last_message_number, last_message_at, read_number, unread, mentions }) {
    this.last = Math.max(this.last ?? 0, last_message_number ?? 0);
    this.lastAt = last_message_at ?? this.lastAt;
    this.read = Math.max(this.read ?? 0, read_number ?? 0);
    this.unread = unread ?? this.unread ?? 0;
    this.mentions = this.unread === 0 ? 0 : (mentions ?? this.mentions ?? 0);
  }

  get title() {
    return this.name || this.peer?.display_name || this.peer?.username || 'Chat';
  }

  get manages() {
    return this.role === 'owner' || this.role === 'admin';
  }

  get canSend() {
    return this.role !== 'reader' && !this.archivedAt && !(this.kind === 'broadcast' && !this.manages);
  }

  muted(now = Date.now()) {
    return this.notifications === 'none' || Date.parse(this.mutedUntil) > now;
  }

  get ordered() {
    const shown = [...this.messages.values()].filter((message) => message.message_number >= this.from);
    return shown.sort((a, b) => a.message_number - b.message_number);
  }

  get newest() {
    let newest = null;
    for (const message of this.messages.values()) {
      if (!newest || message.message_number > newest.message_number) newest = message;
    }
    return newest;
  }

  /** A page may have been read before an event that came first, so what was taken back or rewritten stays so. */
  put(message, asOf = 0) {
    const known = this.messages.get(message.message_number);
    if (known?.deleted_at && !message.deleted_at) return;
    if ((known?.edited_at ?? '') > (message.edited_at ?? '') && !message.deleted_at) return;
    this.messages.set(message.message_number, { ...known, ...message, asOf: Math.max(asOf, known?.asOf ?? 0) });
  }

  /** A page that reaches up to what is here already, and includes every event up to `asOf`. */
  page(messages, hasOlder, asOf) {
    for (const message of messages) this.put(message, asOf);
    this.loaded = true;
    this.hasOlder = hasOlder;
    if (!hasOlder) this.from = 0;
    else if (messages.length > 0) this.from = Math.min(...messages.map((message) => message.message_number));
  }

  created(message, { mine = false, mentioned = false } = {}) {
    const number = message.message_number;
    this.put(message);
    this.#joinThread(message);
    this.readUpTo(message.sender, number);
    if (number <= this.last) return;
    this.last = number;
    this.lastAt = message.created_at;
    if (mine) {
      this.read = number;
      this.unread = this.mentions = 0;
    } else if (!message.deleted_at) {
      this.unread += 1;
      if (mentioned) this.mentions += 1;
    }
  }

  updated({ message_number, ...change }) {
    this.#change(message_number, (known) => ({ ...known, mentions: [], ...change }));
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

  pinned(number, at) {
    this.#change(number, (known) => ({ ...known, pinned_at: at }));
  }

  /** Reactions are counted, so an event that the count already includes must not be counted again. */
  reacted({ message_number, emoji }, { mine, on, seq }) {
    this.#change(message_number, (known) => {
      if (seq <= known.asOf) return known;
      const reactions = known.reactions ?? [];
      const present = reactions.find((reaction) => reaction.emoji === emoji) ?? { emoji, count: 0, mine: false };
      if (mine && present.mine === on) return known;
      const changed = { emoji, count: present.count + (on ? 1 : -1), mine: mine ? on : present.mine };
      const others = reactions.map((reaction) => (reaction.emoji === emoji ? changed : reaction));
      const all = present.count > 0 ? others : [...reactions, changed];
      return { ...known, reactions: all.filter(({ count }) => count > 0) };
    });
  }

  /** The first message of the thread that a message belongs to, or would begin. */
  rootOf(number) {
    const seen = new Set();
    for (let at = number; !seen.has(at); ) {
      seen.add(at);
      const parent = this.messages.get(at)?.reply_to;
      if (!parent) return at;
      at = parent;
    }
    return number;
  }

  thread(root) {
    const numbers = [root, ...(this.threads.get(root) ?? [])].sort((a, b) => a - b);
    return numbers.map((number) => this.messages.get(number)).filter(Boolean);
  }

  threadRead(root, messages, asOf) {
    for (const message of messages) this.put(message, asOf);
    const numbers = messages.map((message) => message.message_number).filter((number) => number !== root);
    this.threads.set(root, new Set([...(this.threads.get(root) ?? []), ...numbers]));
  }

  readUpTo(user, number) {
    if ((this.marks.get(user) ?? 0) < number) this.marks.set(user, number);
  }

  /** Whether everybody else has read it, as far as that is known. */
  readByAll(number, me) {
    const others = this.kind === 'direct' ? [this.peer?.id] : [...this.members.keys()].filter((id) => id !== me);
    return others.length > 0 && others.every((id) => (this.marks.get(id) ?? 0) >= number);
  }

  joined(user, role, count) {
    this.members.set(user, role);
    this.membersCount = count ?? this.membersCount;
  }

  left(user, count) {
    this.members.delete(user);
    this.membersCount = count ?? this.membersCount;
  }

  forgetMessages() {
    this.messages.clear();
    this.threads.clear();
    this.from = 0;
    this.loaded = false;
    this.hasOlder = false;
  }

  #joinThread({ message_number, reply_to }) {
    if (!reply_to) return;
    const root = this.rootOf(reply_to);
    this.threads.get(root)?.add(message_number);
    this.#change(root, (known) => {
      const { replies, last_reply } = known.thread ?? { replies: 0, last_reply: 0 };
      if (last_reply >= message_number) return known;
      return { ...known, thread: { replies: replies + 1, last_reply: message_number } };
    });
  }

  #change(number, change) {
    const known = this.messages.get(number);
    if (known && !known.deleted_at) this.messages.set(number, change(known));
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
