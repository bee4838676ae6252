// The messages of the open chat, and where the reader stands in them.

import { byId, element, reconcile, setText } from './dom.js';
import { logLines } from './log-lines.js';
import { drawMessage } from './view-message.js';

const NEAR_PX = 48;
const OLDER_PX = 400;
const FLASH_MS = 1600;

export class LogView {
  #scroller = byId('scroller');
  #shown = null;
  #newFrom = null;
  #atEnd = true;

  /** `older()` wants older messages, `reached()` says that the newest are in view, `on` is for the messages. */
  constructor({ store, waiting, loader, older, reached, on }) {
    Object.assign(this, { store, waiting, loader, older, reached, on });
    this.#scroller.onscroll = () => this.#scrolled();
    byId('to-newest').onclick = () => this.toEnd();
    new ResizeObserver(() => this.#atEnd && this.toEnd()).observe(this.#scroller);
  }

  /** True while the newest message is in view. */
  get atEnd() {
    return this.#atEnd;
  }

  toEnd() {
    this.#atEnd = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    byId('to-newest').hidden = true;
  }

  /** Shows a message in its place. */
  toMessage(number) {
    const item = byId('log').querySelector(`[data-key="m${number}"]`);
    if (!item) return;
    this.#atEnd = false;
    item.scrollIntoView({ block: 'center' });
    item.classList.add('flash');
    setTimeout(() => item.classList.remove('flash'), FLASH_MS);
  }

  render(channel, loading) {
    const entered = this.#shown !== channel.id;
    if (entered) {
      this.#shown = channel.id;
      this.#newFrom = channel.unread > 0 ? channel.read + 1 : null;
      this.#atEnd = true;
    }
    const log = byId('log');
    log.setAttribute('aria-busy', String(loading || entered));
    const anchor = this.#anchor();
    const waiting = this.waiting(channel.id);
    const lines = channel.loaded || waiting.length > 0 ? this.#lines(channel, waiting) : [];
    reconcile(log, lines, (line) => this.#draw(line, channel));
    const what = channel.kind === 'direct' ? `your chat with ${channel.title}` : channel.title;
    setText(byId('beginning'), loading ? 'Loading…' : `This is where ${what} begins.`);
    byId('beginning').hidden = !loading && (!channel.loaded || channel.hasOlder);
    if (this.#atEnd) this.toEnd();
    else this.#restore(anchor);
    if (channel.loaded && this.#scroller.scrollTop < OLDER_PX) this.older();
  }

  leave() {
    this.#shown = null;
    byId('log').replaceChildren();
  }

  #lines(channel, waiting) {
    const messages = channel.loaded ? channel.ordered : [];
    const { me, people } = this.store;
    const lines = logLines({ channel, messages, waiting, me: me.id, people, newFrom: this.#newFrom });
    for (const { message, quote } of lines) {
      if (!message) continue;
      if (channel.kind !== 'direct') this.loader.name(message.sender);
      if (message.forwarded_from) this.loader.name(message.forwarded_from.sender);
      if (quote && !quote.text) this.loader.message(channel.id, quote.number);
    }
    return lines;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    byId('to-newest').hidden = this.#atEnd;
    if (scrollTop < OLDER_PX) this.older();
    if (this.#atEnd) this.reached();
  }

  /** The first line in view, and where it stands, so that it stays there when older ones come above it. */
  #anchor() {
    const top = this.#scroller.getBoundingClientRect().top;
    const line = [...byId('log').children].find((child) => child.getBoundingClientRect().bottom > top);
    return line && { key: line.dataset.key, top: line.getBoundingClientRect().top };
  }

  #restore(anchor) {
    if (!anchor) return;
    const line = [...byId('log').children].find((child) => child.dataset.key === anchor.key);
    if (line) this.#scroller.scrollTop += line.getBoundingClientRect().top - anchor.top;
  }

  #draw(line, channel) {
    return line.kind === 'message' ? drawMessage(line, channel, this.on) : element('li', line.kind, line.text);
  }
}
