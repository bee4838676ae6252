// The messages of the open chat, and where the reader stands in them.

import { byId, element, reconcile, setText, tint } from './dom.js';
import { logLines } from './log-lines.js';
import { body } from './message-text.js';

const NEAR_PX = 48;
const OLDER_PX = 400;
const MARKS = { pending: 'Waiting to be sent', sent: 'Sent', read: 'Read' };

export class LogView {
  #scroller = byId('scroller');
  #shown = null;
  #newFrom = null;
  #atEnd = true;

  /** `older()` wants older messages, `reached()` says that the newest are in view. */
  constructor({ store, outbox, wantName, older, reached, retry, discard }) {
    Object.assign(this, { store, outbox, wantName, older, reached, retry, discard });
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
    const waiting = this.outbox.of(channel.id);
    const lines = channel.loaded || waiting.length > 0 ? this.#lines(channel, waiting) : [];
    reconcile(log, lines, (line) => this.#draw(line));
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
    const lines = logLines({
      channel,
      waiting,
      me: this.store.me.id,
      names: this.store.names,
      newFrom: this.#newFrom,
    });
    if (channel.kind !== 'direct') for (const { message } of lines) if (message) this.wantName(message.sender);
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

  #draw(line) {
    if (line.kind !== 'message') return element('li', line.kind, line.text);
    const { message, own, first, author, time, edited, mark, trouble } = line;
    const item = element('li', 'message');
    item.classList.toggle('own', own);
    item.classList.toggle('first', first);
    item.classList.toggle('gone', Boolean(message.deleted_at));
    item.classList.toggle('pending', Boolean(message.waiting));
    item.classList.toggle('failed', Boolean(trouble));
    if (author) item.append(tint(element('span', 'author', author), author));
    item.append(element('div', 'bubble', body(message), meta(time, edited, mark)));
    if (trouble) item.append(this.#trouble(message, trouble));
    return item;
  }

  #trouble(message, why) {
    const again = element('button', 'link', 'Try again');
    again.onclick = () => this.retry(message.client_msg_id);
    const drop = element('button', 'link', 'Discard');
    drop.onclick = () => this.discard(message.client_msg_id);
    return element('div', 'trouble', element('span', '', `Not sent: ${why}`), again, drop);
  }
}

function meta(time, edited, mark) {
  const made = element('span', 'meta', edited ? 'edited ' : '', element('time', '', time));
  if (!mark) return made;
  const sign = element('span', `mark ${mark}`);
  sign.setAttribute('role', 'img');
  sign.setAttribute('aria-label', MARKS[mark]);
  sign.title = MARKS[mark];
  made.append(sign);
  return made;
}
