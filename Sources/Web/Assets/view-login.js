// Signing in and registering, in one form.

import { byId, setText, showError } from './dom.js';

const WORDS = {
  login: { title: 'Sign in', hint: 'Welcome back.', other: 'New here?', toggle: 'Create an account' },
  register: {
    title: 'Create an account',
    hint: 'A username and a password are all it takes.',
    other: 'Already have an account?',
    toggle: 'Sign in',
  },
};

export class LoginView {
  #form = byId('login-form');
  #mode = 'login';
  #mfaToken = null;

  /** `signedIn(answer, remember)` is called with the tokens. */
  constructor({ api, signedIn }) {
    this.api = api;
    this.signedIn = signedIn;
    byId('login-switch').onclick = () => this.#turn(this.#mode === 'login' ? 'register' : 'login');
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      this.#submit();
    };
  }

  show(why) {
    byId('login').hidden = false;
    this.#turn('login');
    showError(byId('login-error'), why);
    this.#form.username.focus();
  }

  hide() {
    byId('login').hidden = true;
    this.#form.reset();
  }

  #turn(mode) {
    this.#mode = mode;
    const words = WORDS[mode];
    setText(byId('login-title'), words.title);
    setText(byId('login-submit'), words.title);
    setText(byId('login-hint'), words.hint);
    setText(byId('login-other'), words.other);
    setText(byId('login-switch'), words.toggle);
    this.#form.password.autocomplete = mode === 'login' ? 'current-password' : 'new-password';
    this.#askForCode(null);
    showError(byId('login-error'), '');
  }

  #askForCode(mfaToken) {
    this.#mfaToken = mfaToken;
    byId('login-code').hidden = !mfaToken;
    if (mfaToken) this.#form.code.focus();
  }

  async #submit() {
    const { username, password, code, remember } = this.#form;
    const empty = [username, password].find((field) => !field.value);
    if (empty) {
      showError(byId('login-error'), 'Please give a username and a password.');
      return empty.focus();
    }
    showError(byId('login-error'), '');
    byId('login-submit').disabled = true;
    try {
      const answer = await this.#ask(username.value.trim(), password.value, code.value.trim(), remember.checked);
      if (answer.mfa_required) this.#askForCode(answer.mfa_token);
      else this.signedIn(answer, remember.checked);
    } catch (error) {
      showError(byId('login-error'), error.explanation ?? error.message);
    }
    byId('login-submit').disabled = false;
  }

  #ask(username, password, code, remember) {
    if (this.#mfaToken) return this.api.confirmLogin(this.#mfaToken, code);
    if (this.#mode === 'register') return this.api.register(username, password);
    return this.api.login(username, password, remember);
  }
}
