// One thread: the message that began it and all that answer it, with a place to answer.

import { byId, element, reconcile } from './dom.js';
import { logLines } from './log-lines.js';
import { drawMessage } from './view-message.js';

export class ThreadView {
  root = byId('thread');
  #form = byId('thread-form');

  /** `waiting(channel)` has what was not sent yet, `send(channel, text, replyTo)` takes a message. */
  constructor({ store, loader, waiting, send, on }) {
    Object.assign(this, { store, loader, waiting, on });
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      const text = this.#form.text.value.trim();
      if (!text) return;
      this.#form.text.value = '';
      send(this.channel.id, text, this.number);
    };
    this.#form.text.onkeydown = (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#form.requestSubmit();
    };
  }

  async show(channel, number) {
    this.#form.text.value = '';
    await this.loader.thread(channel.id, number);
  }

  render(channel, number) {
    Object.assign(this, { channel, number });
    this.#form.hidden = !channel.canSend;
    const { me, people } = this.store;
    const messages = channel.thread(number);
    const waiting = this.waiting(channel.id).filter(({ reply_to }) => reply_to && channel.rootOf(reply_to) === number);
    for (const { sender } of messages) this.loader.name(sender);
    const lines = logLines({ channel, messages, waiting, me: me.id, people });
    const quoteOf = ({ quote }) => (quote?.number === number ? null : quote);
    const bare = lines.map((line) => ({ ...line, replies: 0, quote: quoteOf(line) }));
    reconcile(byId('thread-list'), bare, (line) => {
      return line.kind === 'message' ? drawMessage(line, channel, this.on) : element('li', line.kind, line.text);
    });
  }
}
