// Signing up, in and out: the routes that come before there is a conversation.

import { callREST } from './client.js';

export class Accounts {
  #fetch;

  constructor({ fetch = globalThis.fetch } = {}) {
    this.#fetch = fetch;
  }

  register(username, password) {
    return this.#post('/auth/register', { username, password });
  }

  login(login, password, remember) {
    return this.#post('/auth/login', { login, password, remember });
  }

  confirmLogin(mfaToken, code) {
    return this.#post('/auth/login/totp', { mfa_token: mfaToken, code });
  }

  refresh(refreshToken) {
    return this.#post('/auth/refresh', { refresh_token: refreshToken });
  }

  logout(refreshToken, token) {
    return this.#post('/auth/logout', { refresh_token: refreshToken }, token);
  }

  #post(path, body, token) {
    return callREST({ method: 'POST', path, body, token, fetch: this.#fetch });
  }
}
