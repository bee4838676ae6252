// The account dialog: its sections, one at a time.

import { addressesSection } from './account-addresses.js';
import { blocksSection } from './account-blocks.js';
import { contactsSection } from './account-contacts.js';
import { dataSection } from './account-data.js';
import { devicesSection } from './account-devices.js';
import { factorSection } from './account-factor.js';
import { passwordSection } from './account-password.js';
import { profileSection } from './account-profile.js';
import { byId, element, setText } from './dom.js';

const SECTIONS = [
  profileSection,
  addressesSection,
  passwordSection,
  factorSection,
  devicesSection,
  blocksSection,
  contactsSection,
  dataSection,
];

export class AccountView {
  #dialog = byId('account-dialog');
  #drawn = 0;

  /**
   * `own` is an `OwnAccount`. `act` has `changed(user)`, `left(notice)` for who is signed out everywhere, `erased(notice)`,
   * `confirmPhone(phone, code)`, and `offers()`, promising what the server offers.
   */
  constructor({ own, act }) {
    Object.assign(this, { own, act });
    byId('account-close').onclick = () => this.close();
    byId('account-sections').replaceChildren(...SECTIONS.map((section) => this.#tab(section)));
  }

  open() {
    this.#dialog.showModal();
    this.#show(SECTIONS[0]);
  }

  close() {
    this.#drawn += 1;
    if (this.#dialog.open) this.#dialog.close();
    byId('account-body').replaceChildren();
  }

  #tab(section) {
    const tab = element('button', 'quiet', section.title);
    tab.type = 'button';
    tab.onclick = () => this.#show(section);
    return tab;
  }

  /** Draws a section; `notice` is what has been done. */
  async #show(section, notice) {
    const drawn = (this.#drawn += 1);
    const body = byId('account-body');
    for (const tab of byId('account-sections').children) {
      const current = tab.textContent === section.title;
      if (current) tab.setAttribute('aria-current', 'true');
      else tab.removeAttribute('aria-current');
      if (current) tab.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
    setText(byId('account-heading'), section.title);
    body.replaceChildren(element('p', 'hint', 'Loading…'));
    let made;
    try {
      const { own, act } = this;
      made = await section.draw({ own, act, again: (said) => this.#show(section, said) });
    } catch (error) {
      made = [alert(error)];
    }
    if (drawn !== this.#drawn) return;
    const said = element('p', 'done', notice ?? '');
    said.setAttribute('role', 'status');
    said.hidden = !notice;
    body.replaceChildren(said, ...made);
    if (notice) byId('account-section').focus();
  }
}

function alert(error) {
  const text = error.status === 404 ? 'This server does not offer this.' : (error.explanation ?? error.message);
  const made = element('p', 'error', text);
  made.setAttribute('role', 'alert');
  return made;
}
