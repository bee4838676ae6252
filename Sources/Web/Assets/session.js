// Who is signed in, in this browser (or in this tab only, when the user did not ask to be remembered).

const KEY = 'confab.session';
const EARLY_MS = 30000;

/** Rejected with when only the user can help: the page goes back to its login. */
class SignInNeeded extends Error {
  signIn = true;
}

export class Session {
  #api;
  #kept;
  #tab;
  #locks;
  #now;

  constructor({ api, kept, tab, locks, now = Date.now }) {
    this.#api = api;
    this.#kept = kept;
    this.#tab = tab;
    this.#locks = locks;
    this.#now = now;
  }

  get storage() {
    return this.#tab.getItem(KEY) ? this.#tab : this.#kept;
  }

  get current() {
    const text = this.storage.getItem(KEY);
    return text ? JSON.parse(text) : null;
  }

  begin(answer, remember) {
    this.clear();
    this.#save(remember ? this.#kept : this.#tab, answer);
  }

  /** What became known of who is signed in. */
  know(user) {
    const current = this.current;
    if (current?.user.id === user.id) this.storage.setItem(KEY, JSON.stringify({ ...current, user }));
  }

  clear() {
    this.#tab.removeItem(KEY);
    this.#kept.removeItem(KEY);
  }

  /** A token that is good for a while yet; `renew` says that the server has refused the present one. */
  async token(renew = false) {
    const current = this.current;
    if (!current) throw new SignInNeeded('Please sign in.');
    if (!renew && current.expires_at - EARLY_MS > this.#now()) return current.access_token;
    return this.#alone(() => this.#renew(current.access_token));
  }

  /** A refresh token is good for one use, so tabs take turns, and the second finds what the first one fetched. */
  async #renew(refused) {
    const current = this.current;
    if (!current) throw new SignInNeeded('Please sign in.');
    if (current.access_token !== refused) return current.access_token;
    try {
      const answer = await this.#api.refresh(current.refresh_token);
      this.#save(this.storage, { user: current.user, ...answer });
      return answer.access_token;
    } catch (error) {
      if (error.status >= 400 && error.status < 500 && error.status !== 429) {
        throw new SignInNeeded('Your session has ended. Please sign in again.');
      }
      throw error;
    }
  }

  #alone(run) {
    return this.#locks ? this.#locks.request(KEY, run) : run();
  }

  #save(storage, { user, access_token, refresh_token, expires_in }) {
    const expires_at = this.#now() + expires_in * 1000;
    storage.setItem(KEY, JSON.stringify({ user, access_token, refresh_token, expires_at }));
  }
}
