// Where messages are written and rewritten; each chat keeps its own draft.

import { byId, setText, showError } from './dom.js';
import { summary } from './message-text.js';

const touch = matchMedia('(pointer: coarse)');

export class ComposerView {
  #form = byId('composer');
  #text = byId('text');
  #drafts = new Map();
  #channel = null;
  #about = null;

  /**
   * `send(channel, text, replyTo)` takes a message, `edit(channel, number, text)` promises to rewrite one,
   * `typing(channel, on)` says that one writes; `bytesMax()` says how long a message may be;
   * `attach(channel, file, {onProgress, signal})` promises to upload and send a file.
   */
  constructor({ send, edit, typing, bytesMax, attach }) {
    Object.assign(this, { send, edit, typing, bytesMax, attach });
    byId('attach').onclick = () => byId('file').click();
    byId('file').onchange = () => this.#upload([...byId('file').files]);
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      this.#submit();
    };
    this.#text.oninput = () => {
      this.#fit();
      if (this.#about?.kind !== 'edit') this.typing(this.#channel, this.#text.value.trim() !== '');
    };
    this.#text.onkeydown = (event) => this.#key(event);
    byId('about-cancel').onclick = () => this.#setAbout(null);
  }

  show(channel) {
    const why = channel.archivedAt ? 'This chat is archived.' : 'You may read here, but not write.';
    setText(byId('cannot-send'), why);
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
    this.#setAbout(null);
    if (this.#channel) this.#drafts.set(this.#channel, this.#text.value);
    this.#channel = null;
  }

  forget() {
    this.#setAbout(null);
    this.#channel = null;
    this.#drafts.clear();
    this.#text.value = '';
  }

  reply(message, by) {
    this.#setAbout({ kind: 'reply', number: message.message_number, text: `Replying to ${by}: ${summary(message)}` });
  }

  rewrite(message) {
    const { message_number: number, text } = message;
    this.#setAbout({ kind: 'edit', number, text: 'Editing your message', draft: this.#text.value });
    this.#text.value = text;
    this.#fit();
  }

  #setAbout(about) {
    if (this.#about?.kind === 'edit') this.#text.value = this.#about.draft;
    this.#about = about;
    byId('about').hidden = !about;
    setText(byId('about-text'), about?.text ?? '');
    setText(byId('send'), about?.kind === 'edit' ? 'Save' : 'Send');
    this.#fit();
    if (about) this.#text.focus();
  }

  #key(event) {
    if (event.key === 'Escape' && this.#about) return this.#setAbout(null);
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || touch.matches) return undefined;
    event.preventDefault();
    return this.#submit();
  }

  #submit() {
    const text = this.#text.value.trim();
    if (!text) return;
    const bytes = new TextEncoder().encode(text).length;
    if (bytes > this.bytesMax()) {
      return showError(byId('composer-error'), `This message is too long: ${bytes} of ${this.bytesMax()} bytes.`);
    }
    showError(byId('composer-error'), '');
    const about = this.#about;
    if (about?.kind === 'edit') this.#rewritten(about, text);
    else this.send(this.#channel, text, about?.number);
    if (about?.kind !== 'edit') this.#text.value = '';
    this.#setAbout(null);
    this.#text.focus();
  }

  /** One after another, into the chat in which they were chosen. */
  async #upload(files) {
    const channel = this.#channel;
    byId('file').value = '';
    showError(byId('composer-error'), '');
    const giveUp = new AbortController();
    byId('upload-cancel').onclick = () => giveUp.abort();
    byId('attach').disabled = true;
    for (const file of files) {
      setText(byId('upload-name'), file.name);
      byId('upload-progress').value = 0;
      byId('uploading').hidden = false;
      const onProgress = ({ loaded, total }) => {
        byId('upload-progress').value = total > 0 ? loaded / total : 0;
      };
      try {
        await this.attach(channel, file, { onProgress, signal: giveUp.signal });
      } catch (error) {
        if (error.code !== 'aborted') showError(byId('composer-error'), `${file.name} was not sent: ${error.message}`);
        break;
      }
    }
    byId('uploading').hidden = true;
    byId('attach').disabled = false;
  }

  async #rewritten({ number }, text) {
    try {
      await this.edit(this.#channel, number, text);
    } catch (error) {
      showError(byId('composer-error'), `Not changed: ${error.message}`);
    }
  }

  #fit() {
    this.#text.style.height = 'auto';
    this.#text.style.height = `${this.#text.scrollHeight + 2}px`;
  }
}
