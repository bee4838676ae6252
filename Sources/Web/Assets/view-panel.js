// What stands beside a chat: its members, its pinned messages, or one thread.

import { byId, setText, showError } from './dom.js';

const TITLES = { members: 'Members', pins: 'Pinned messages', thread: 'Thread' };

export class PanelView {
  #panel = byId('panel');
  #open = null;
  #opener = null;

  /** `parts`: for each kind a view with `show(channel, what)`, which may promise, and `render(channel, what)`. */
  constructor({ parts, changed }) {
    this.parts = parts;
    this.changed = changed;
    byId('panel-close').onclick = () => this.close();
    this.#panel.onkeydown = (event) => event.key === 'Escape' && this.close();
  }

  get kind() {
    return this.#open?.kind;
  }

  async open(channel, kind, what) {
    this.#opener = document.activeElement;
    this.#open = { kind, what, channel: channel.id };
    setText(byId('panel-title'), TITLES[kind]);
    showError(byId('panel-error'), '');
    for (const [name, part] of Object.entries(this.parts)) part.root.hidden = name !== kind;
    this.#panel.hidden = false;
    byId('chat').classList.add('beside');
    byId('panel-close').focus();
    this.changed();
    await this.attempt(() => this.parts[kind].show(channel, what));
  }

  close() {
    if (!this.#open) return;
    this.#open = null;
    this.#panel.hidden = true;
    byId('chat').classList.remove('beside');
    if (this.#opener?.isConnected) this.#opener.focus();
    this.changed();
  }

  /** Does something that may be refused, and says so where it was asked for. */
  async attempt(run) {
    showError(byId('panel-error'), '');
    try {
      await run();
    } catch (error) {
      showError(byId('panel-error'), error.explanation ?? error.message);
    }
    this.changed();
  }

  render(channel) {
    if (!this.#open) return;
    if (this.#open.channel !== channel?.id) return void this.close();
    this.parts[this.#open.kind].render(channel, this.#open.what);
  }
}
