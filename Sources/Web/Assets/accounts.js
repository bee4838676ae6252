// Signing up, in and out: the routes that come before there is a conversation.

import { callREST } from './client.js';

/** What a server offers that does not say. */
const PLAIN = { password: true, registration: 'open', phone: false, email: false, providers: [] };

export class Accounts {
  #fetch;
  #device;

  /** `device` is what this one is called in the list of devices; null for no name. */
  constructor({ fetch = globalThis.fetch, device = null } = {}) {
    this.#fetch = fetch;
    this.#device = device;
  }

  /**
   * Which ways in there are: `password`, `registration` (`open`, `invite`, `closed`), `phone`, `email`, `providers`,
   * and whether `verification` of an e-mail address is required.
   */
  async methods() {
    try {
      return { ...PLAIN, ...(await callREST({ method: 'GET', path: '/auth/methods', fetch: this.#fetch })) };
    } catch {
      return PLAIN;
    }
  }

  register(parts) {
    return this.#post('/auth/register', { ...parts, ...this.#named });
  }

  login(login, password, remember) {
    return this.#post('/auth/login', { login, password, remember, ...this.#named });
  }

  confirmLogin(mfaToken, code) {
    return this.#post('/auth/login/totp', { mfa_token: mfaToken, code });
  }

  finishProvider(code, remember) {
    return this.#post('/auth/oauth/finish', { code, remember, ...this.#named });
  }

  startPhone(phone, token) {
    return this.#post('/auth/phone/start', { phone }, token);
  }

  confirmPhone(phone, code, remember) {
    return this.#post('/auth/phone/verify', { phone, code, remember, ...this.#named });
  }

  askReset(login) {
    return this.#post('/auth/password/reset', { login });
  }

  reset(token, password) {
    return this.#post('/auth/password/reset/confirm', { token, password });
  }

  askVerification(email) {
    return this.#post('/auth/email/verification', { email });
  }

  verifyEmail(token) {
    return this.#post('/auth/email/verify', { token });
  }

  refresh(refreshToken) {
    return this.#post('/auth/refresh', { refresh_token: refreshToken });
  }

  logout(refreshToken, token) {
    return this.#post('/auth/logout', { refresh_token: refreshToken }, token);
  }

  get #named() {
    return this.#device ? { device: this.#device } : {};
  }

  #post(path, body, token) {
    return callREST({ method: 'POST', path, body, token, fetch: this.#fetch });
  }
}
