// The line that asks for one's e-mail address to be confirmed.

import { byId, setText } from './dom.js';
import { isEmailConfirmed } from './own-account.js';

export class UnverifiedView {
  #later = false;

  /** `own` is an `OwnAccount`; `offers()` promises what the server offers. */
  constructor({ own, offers }) {
    Object.assign(this, { own, offers });
    byId('unverified-send').onclick = () => this.#send();
    byId('unverified-later').onclick = () => {
      this.#later = true;
      this.hide();
    };
  }

  /** Shown to whom the server could send a letter, and has to. */
  async render(user) {
    const owing = user.email && !isEmailConfirmed(user) && !this.#later && (await this.offers()).email;
    byId('unverified').hidden = !owing;
    byId('unverified-send').hidden = false;
    const words = `Confirm your e-mail address: open the link that we sent to ${user.email}.`;
    if (owing) setText(byId('unverified-text'), words);
  }

  hide() {
    byId('unverified').hidden = true;
  }

  async #send() {
    byId('unverified-send').hidden = true;
    try {
      await this.own.askVerification();
      setText(byId('unverified-text'), 'A link is on its way to you.');
    } catch (error) {
      byId('unverified-send').hidden = false;
      setText(byId('unverified-text'), error.explanation ?? error.message);
    }
  }
}
