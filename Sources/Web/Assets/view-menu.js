// One small menu that opens beside the button that asked for it.

import { byId, element } from './dom.js';

const EDGE_PX = 8;

export class MenuView {
  #menu = byId('menu');
  #opener = null;

  constructor() {
    this.#menu.onkeydown = (event) => this.#key(event);
    document.addEventListener('pointerdown', (event) => {
      if (!this.#menu.hidden && !this.#menu.contains(event.target)) this.close();
    });
    addEventListener('resize', () => this.close());
  }

  /**
   * `items`: `{label, run, danger?}`; `emoji`: a row of `{emoji, mine, run}` above them.
   */
  open(opener, label, items, emoji = []) {
    this.close();
    this.#opener = opener;
    opener.setAttribute('aria-expanded', 'true');
    this.#menu.setAttribute('aria-label', label);
    const row = element('div', 'emoji-row', ...emoji.map((one) => this.#emoji(one)));
    this.#menu.replaceChildren(...(emoji.length > 0 ? [row] : []), ...items.map((item) => this.#item(item)));
    this.#menu.hidden = false;
    this.#place(opener.getBoundingClientRect());
    this.#buttons[0]?.focus();
  }

  close() {
    if (this.#menu.hidden) return;
    const held = this.#menu.contains(document.activeElement);
    this.#menu.hidden = true;
    this.#opener?.removeAttribute('aria-expanded');
    if (held && this.#opener?.isConnected) this.#opener.focus();
    this.#opener = null;
  }

  get #buttons() {
    return [...this.#menu.querySelectorAll('button')];
  }

  #item({ label, run, danger, checked }) {
    const button = element('button', danger ? 'danger' : '', label);
    button.type = 'button';
    button.setAttribute('role', checked === undefined ? 'menuitem' : 'menuitemradio');
    if (checked !== undefined) button.setAttribute('aria-checked', String(checked));
    button.onclick = () => this.#choose(run);
    return button;
  }

  #emoji({ emoji, mine, run }) {
    const button = element('button', 'emoji', emoji);
    button.type = 'button';
    button.setAttribute('role', 'menuitemcheckbox');
    button.setAttribute('aria-checked', String(mine));
    button.setAttribute('aria-label', `React with ${emoji}`);
    button.onclick = () => this.#choose(run);
    return button;
  }

  #choose(run) {
    this.close();
    run();
  }

  #place({ left, right, top, bottom }) {
    const { offsetWidth: width, offsetHeight: height } = this.#menu;
    const below = bottom + height + EDGE_PX < innerHeight;
    const leftwards = left + width + EDGE_PX > innerWidth;
    const x = leftwards ? right - width : left;
    const y = below ? bottom + 4 : top - height - 4;
    this.#menu.style.left = `${Math.max(EDGE_PX, Math.min(x, innerWidth - width - EDGE_PX))}px`;
    this.#menu.style.top = `${Math.max(EDGE_PX, y)}px`;
  }

  #key(event) {
    const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      this.close();
    } else if (steps[event.key]) {
      event.preventDefault();
      const buttons = this.#buttons;
      const at = buttons.indexOf(document.activeElement) + steps[event.key];
      buttons[(at + buttons.length) % buttons.length].focus();
    }
  }
}
