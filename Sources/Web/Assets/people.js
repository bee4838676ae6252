// Who is who: their names, who is there, and who is writing just now.

export class People {
  #users = new Map();
  #presence = new Map();
  #typing = new Map();

  /** `changed()` is called when somebody is taken to have stopped writing. */
  constructor({ changed = () => {}, now = Date.now, setTimer = (run, ms) => setTimeout(run, ms) } = {}) {
    Object.assign(this, { changed, now, setTimer });
  }

  learn(user) {
    if (user?.id && user.username) this.#users.set(user.id, { ...this.#users.get(user.id), ...user });
  }

  get(id) {
    return this.#users.get(id);
  }

  name(id) {
    const user = this.#users.get(id);
    return user && (user.display_name || user.username);
  }

  named(username) {
    const folded = username.toLowerCase();
    return [...this.#users.values()].find((user) => user.username.toLowerCase() === folded);
  }

  appeared({ user, status, last_seen_at }) {
    this.#presence.set(user, { status, lastSeenAt: last_seen_at ?? this.#presence.get(user)?.lastSeenAt ?? null });
  }

  /** `{status, lastSeenAt}`, or undefined for somebody of whom nothing was told. */
  presence(id) {
    return this.#presence.get(id);
  }

  /** What was told of presence holds while one listens; after a cut it is told anew. */
  forgetPresence() {
    this.#presence.clear();
    this.#typing.clear();
  }

  writes(channel, { user, expires_in }) {
    const writers = this.#typing.get(channel) ?? new Map();
    this.#typing.set(channel, writers);
    if (!(expires_in > 0)) return void writers.delete(user);
    writers.set(user, this.now() + expires_in);
    this.setTimer(this.changed, expires_in + 50);
  }

  wrote(channel, user) {
    this.#typing.get(channel)?.delete(user);
  }

  writing(channel) {
    const writers = [...(this.#typing.get(channel) ?? [])];
    return writers.filter(([, until]) => until > this.now()).map(([user]) => user);
  }
}
