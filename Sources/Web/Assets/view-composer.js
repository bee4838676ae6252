// Where messages are written; each chat keeps its own draft.

import { byId, showError } from './dom.js';

const touch = matchMedia('(pointer: coarse)');

export class ComposerView {
  #form = byId('composer');
  #text = byId('text');
  #drafts = new Map();
  #channel = null;

  /** `send(channel, text)` takes a message; `bytesMax()` says how long one may be. */
  constructor({ send, bytesMax }) {
    this.send = send;
    this.bytesMax = bytesMax;
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      this.#submit();
    };
    this.#text.oninput = () => this.#fit();
    this.#text.onkeydown = (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing || touch.matches) return;
      event.preventDefault();
      this.#submit();
    };
  }

  show(channel) {
    byId('cannot-send').hidden = channel.canSend;
    this.#form.hidden = !channel.canSend;
    if (this.#channel === channel.id) return;
    this.leave();
    this.#channel = channel.id;
    this.#text.value = this.#drafts.get(channel.id) ?? '';
    showError(byId('composer-error'), '');
    this.#fit();
    if (!touch.matches) this.#text.focus();
  }

  leave() {
    if (this.#channel) this.#drafts.set(this.#channel, this.#text.value);
    this.#channel = null;
  }

  forget() {
    this.#channel = null;
    this.#drafts.clear();
    this.#text.value = '';
  }

  #submit() {
    const text = this.#text.value.trim();
    if (!text) return;
    const bytes = new TextEncoder().encode(text).length;
    if (bytes > this.bytesMax()) {
      return showError(byId('composer-error'), `This message is too long: ${bytes} of ${this.bytesMax()} bytes.`);
    }
    showError(byId('composer-error'), '');
    this.#text.value = '';
    this.#fit();
    this.send(this.#channel, text);
    this.#text.focus();
  }

  #fit() {
    this.#text.style.height = 'auto';
    this.#text.style.height = `${this.#text.scrollHeight + 2}px`;
  }
}
