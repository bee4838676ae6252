// The REST half of the protocol: accounts and tokens, and the few reads that have no command on the socket.

/** An answer that is not a success, in the server's own words (RFC 9457), or no answer at all (`unreachable`). */
export class ApiError extends Error {
  constructor(status, problem = {}) {
    super(problem.detail || problem.title || `The server answered ${status}.`);
    this.status = status;
    this.code = problem.code ?? 'internal';
    this.errors = Array.isArray(problem.errors) ? problem.errors : [];
  }

  /** What to show beside a form: the sentences about single fields where there are some. */
  get explanation() {
    const details = this.errors.map((error) => error.detail).filter(Boolean);
    return details.length > 0 ? details.join(' ') : this.message;
  }
}

export class Api {
  #fetch;
  #base;

  constructor({ fetch = globalThis.fetch.bind(globalThis), base = '/api/v1' } = {}) {
    this.#fetch = fetch;
    this.#base = base;
  }

  register(username, password) {
    return this.#call('POST', '/auth/register', { body: { username, password } });
  }

  login(login, password, remember) {
    return this.#call('POST', '/auth/login', { body: { login, password, remember } });
  }

  confirmLogin(mfaToken, code) {
    return this.#call('POST', '/auth/login/totp', { body: { mfa_token: mfaToken, code } });
  }

  refresh(refreshToken) {
    return this.#call('POST', '/auth/refresh', { body: { refresh_token: refreshToken } });
  }

  logout(refreshToken, token) {
    return this.#call('POST', '/auth/logout', { body: { refresh_token: refreshToken }, token });
  }

  channels(token, cursor) {
    return this.#call('GET', `/channels?limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`, { token });
  }

  members(token, channel) {
    return this.#call('GET', `/channels/${encodeURIComponent(channel)}/members`, { token });
  }

  user(token, id) {
    return this.#call('GET', `/users/${encodeURIComponent(id)}`, { token });
  }

  async #call(method, path, { body, token } = {}) {
    const headers = { Accept: 'application/json' };
    if (body) headers['Content-Type'] = 'application/json';
    if (token) headers.Authorization = `Bearer ${token}`;
    let response;
    try {
      const options = { method, headers, body: body && JSON.stringify(body), cache: 'no-store' };
      response = await this.#fetch(this.#base + path, options);
    } catch {
      throw new ApiError(0, { code: 'unreachable', detail: 'The server cannot be reached just now.' });
    }
    const text = await response.text().catch(() => '');
    let answer = {};
    try {
      answer = text ? JSON.parse(text) : {};
    } catch {
      if (response.ok) throw new ApiError(response.status, { detail: 'The server gave an answer that is not JSON.' });
    }
    if (!response.ok) throw new ApiError(response.status, answer);
    return answer;
  }
}
