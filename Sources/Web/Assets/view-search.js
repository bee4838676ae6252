// Looking for what was said, and for channels: a box above the chats, and what was found in their place.

import { byId, element, setText, showError } from './dom.js';
import { shortMoment } from './times.js';

const PAUSE_MS = 250;

export class SearchView {
  #form = byId('search');
  #box = byId('search-box');
  #found = byId('found');
  #list = byId('found-list');
  #timer = null;
  /** The question that the next answer has to be about. */
  #asked = '';
  #next = null;

  /** `act` has `message(channel, number)` and `channel(id, isMine)`, which go there. */
  constructor({ store, client, loader, act }) {
    Object.assign(this, { store, client, loader, act });
    this.#box.value = '';
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      this.#ask();
    };
    this.#box.oninput = () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#ask(), PAUSE_MS);
    };
    this.#form.onkeydown = this.#found.onkeydown = (event) => event.key === 'Escape' && this.close();
    byId('found-close').onclick = () => this.close();
    byId('found-more').onclick = () => this.#read(this.#asked, this.#next);
    this.close();
  }

  close() {
    clearTimeout(this.#timer);
    this.#asked = '';
    this.#box.value = '';
    this.#found.hidden = true;
    byId('chat-list').hidden = false;
  }

  #ask() {
    clearTimeout(this.#timer);
    const text = this.#box.value.trim();
    if (text === this.#asked) return;
    if (!text) return void this.close();
    this.#asked = text;
    this.#read(text, null);
  }

  async #read(text, cursor) {
    try {
      const page = await this.client.search(text, { type: 'messages,channels', limit: 30, cursor });
      if (text !== this.#asked) return;
      showError(byId('found-error'), '');
      this.#show(page, cursor !== null);
    } catch (error) {
      if (text !== this.#asked) return;
      this.#show({ items: [], next_cursor: null }, cursor !== null);
      showError(byId('found-error'), error.explanation ?? error.message);
    }
  }

  #show({ items, next_cursor, indexing }, goesOn) {
    if (!goesOn) this.#list.replaceChildren();
    this.#list.append(...items.map((item) => this.#draw(item)).filter(Boolean));
    this.#next = next_cursor;
    byId('found-more').hidden = !next_cursor;
    const none = this.#list.childElementCount === 0 && !next_cursor;
    setText(byId('found-none'), none ? 'Nothing was found.' : indexing ? 'Older messages are still being indexed.' : '');
    this.#found.hidden = false;
    byId('chat-list').hidden = true;
  }

  #draw({ type, message, channel, snippet }) {
    if (type === 'message') {
      const { sender, channel: id, message_number: number, created_at } = message;
      const { people, me } = this.store;
      const by = sender === me.id ? 'You' : (people.name(sender) ?? 'Someone');
      const where = this.store.channels.get(id)?.title ?? '';
      return this.#row(where && where !== by ? `${by} · ${where}` : by, shortMoment(created_at), snippet, () =>
        this.act.message(id, number),
      );
    }
    if (type === 'channel') {
      return this.#row('Channel', '', snippet, () => this.act.channel(channel.channel, Boolean(channel.role)));
    }
    return null;
  }

  #row(title, when, snippet, go) {
    const words = element('span', 'snippet', ...snippet.map(({ text, match }) => (match ? element('mark', '', text) : text)));
    const button = element('button', 'pinned', element('b', '', title), element('time', '', when), words);
    button.type = 'button';
    button.onclick = go;
    return element('li', '', button);
  }
}
