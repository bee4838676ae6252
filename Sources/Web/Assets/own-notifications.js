// What one is to know of: the feed, as far as it is shown, how much of it is unread, and pushing to this browser.

const PAGE = 30;

export class OwnNotifications {
  #rest;
  #changed;
  #reading = null;
  #again = false;
  items = [];
  unread = 0;

  /**
   * `rest(method, path, body)` promises the answer, as `ConfabClient.rest` does; `on(type, listener)` hears events, as
   * `ConfabClient.on` does; `changed()` is called when there is something else to show.
   */
  constructor({ rest, on, changed }) {
    this.#rest = rest;
    this.#changed = changed;
    for (const type of ['ready', 'resumed', 'notification.created', 'notification.read']) on(type, () => this.read());
  }

  /** Reads the newest page; who asks meanwhile is given what is read after that. */
  async read() {
    if (this.#reading) {
      this.#again = true;
      return this.#reading;
    }
    this.#reading = this.#read().finally(() => {
      this.#reading = null;
      if (!this.#again) return;
      this.#again = false;
      this.read();
    });
    return this.#reading;
  }

  async #read() {
    try {
      const page = await this.#rest('GET', `/notifications?limit=${PAGE}`);
      this.items = page.items;
      this.unread = page.unread_count;
      this.#changed();
    } catch {
      // What was there stays; the next word from the server asks again.
    }
  }

  async readOne(id) {
    await this.#rest('PUT', `/notifications/${id}/read`);
    await this.read();
  }

  async readAll() {
    if (this.items.length === 0) return;
    await this.#rest('PUT', '/notifications/read', { up_to: this.items[0].id });
    await this.read();
  }

  /**
   * Has this browser told when nobody is there. `registration` is that of the service worker, `id` what the device is
   * called.
   */
  async subscribe(registration, id) {
    const { public_key: applicationServerKey, kinds } = await this.#rest('GET', '/push/key');
    if (!kinds.includes('web')) throw new Error('This server does not notify browsers.');
    const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
    const { endpoint, keys } = made.toJSON();
    await this.#rest('PUT', `/devices/${encodeURIComponent(id)}`, { kind: 'web', endpoint, keys });
  }

  async unsubscribe(registration, id) {
    await (await registration.pushManager.getSubscription())?.unsubscribe();
    await this.#rest('DELETE', `/devices/${encodeURIComponent(id)}`).catch(() => {});
  }
}

/** Where a notification leads, as the page's address has it; nothing where it leads nowhere. */
export const placeOf = ({ channel }) => (channel ? `#/c/${encodeURIComponent(channel)}` : null);
