// Before one is signed in: draws one step after the other.

import { byId, element, setText, showError } from './dom.js';
import { makeForm } from './form.js';
import { SignIn } from './sign-in.js';

const REMEMBERED = 'confab.remember';
const REFUSED = 'That did not work. Please try again, or sign in another way.';

export class LoginView {
  #shown = 0;

  /** `signedIn(answer, remember)` is called with the tokens; `done()` when there is nothing more to ask. */
  constructor({ api, signedIn, done, tab = sessionStorage }) {
    Object.assign(this, { api, signedIn, done, tab });
  }

  async show(notice, step = 'login', given = {}) {
    byId('login').hidden = false;
    const shown = (this.#shown += 1);
    const flow = new SignIn({ api: this.api, offers: await this.api.methods() });
    // Asked for something else meanwhile.
    if (shown === this.#shown) this.#draw(flow, step, { notice, ...given });
  }

  /** Back from a provider: there is nothing to ask, unless it fails. */
  async finishProvider(code) {
    byId('login').hidden = false;
    const remember = this.tab.getItem(REMEMBERED) !== 'no';
    const flow = new SignIn({ api: this.api, offers: {} });
    try {
      this.#go(flow, await flow.provider({ code, remember }));
    } catch (error) {
      this.show(error.explanation ?? REFUSED);
    }
  }

  refused() {
    return this.show(REFUSED);
  }

  hide() {
    this.#shown += 1;
    byId('login').hidden = true;
    byId('login-step').replaceChildren();
  }

  #draw(flow, name, given) {
    const step = flow.step(name, given);
    const { title, hint, notice, fields, button, run, ways, providers = [] } = step;
    setText(byId('login-title'), title);
    setText(byId('login-hint'), hint);
    showError(byId('login-notice'), notice);
    const form = makeForm({
      fields,
      button,
      submit: async (filled) => {
        showError(byId('login-notice'), '');
        await this.#go(flow, await run(filled));
      },
    });
    byId('login-step').replaceChildren(form);
    byId('login-providers').replaceChildren(...providers.map((way) => this.#provider(way, form)));
    byId('login-ways').replaceChildren(...ways.map((way) => this.#way(flow, way)));
    (form.querySelector('input') ?? form.querySelector('button')).focus();
  }

  #go(flow, next) {
    if (next.answer) return this.signedIn(next.answer, next.remember);
    if (next.step === 'end') return this.done();
    return this.#draw(flow, next.step, next.given);
  }

  #way(flow, { before, text, step, given }) {
    const button = element('button', 'link', text);
    button.type = 'button';
    button.onclick = () => this.#go(flow, { step, given: given ?? {} });
    return element('p', 'hint other', ...(before ? [`${before} `] : []), button);
  }

  /** The browser goes away and comes back; whether to be remembered is kept meanwhile. */
  #provider({ text, href }, form) {
    const link = element('a', 'button', text);
    link.href = href;
    link.onclick = () => this.tab.setItem(REMEMBERED, form.remember.checked ? 'yes' : 'no');
    return link;
  }
}
