// One's own account, by the routes below /users/me and /auth: what the account dialog can do.

const isUnderWay = (job) => ['queued', 'running'].includes(job.state);

export class OwnAccount {
  #rest;
  #on;

  /**
   * `rest(method, path, body)` promises the answer, as `ConfabClient.rest` does; `on(type, listener)` hears events and
   * answers the way to stop, as `ConfabClient.on` does.
   */
  constructor(rest, on = () => () => {}) {
    this.#rest = rest;
    this.#on = on;
  }

  read() {
    return this.#rest('GET', '/users/me');
  }

  /** Changes what is named; `null` takes it away. */
  change(parts) {
    return this.#rest('PATCH', '/users/me', parts);
  }

  erase({ password, messages }) {
    const path = `/users/me?messages=${messages ? 'delete' : 'keep'}`;
    return this.#rest('DELETE', path, known({ current_password: password }));
  }

  /**
   * Everything that the server has of one: promises the id of a file, once that is made. The socket tells when it is;
   * while there is no socket, asking now and then does.
   */
  async gather({ wait = (ms) => new Promise((done) => setTimeout(done, ms)), tries = 120 } = {}) {
    const told = new Map();
    let wake = () => {};
    const stop = this.#on('job.updated', ({ data }) => {
      told.set(data.id, data);
      if (!isUnderWay(data)) wake();
    });
    try {
      let job = await this.#rest('GET', '/users/me/export');
      for (let left = tries; isUnderWay(told.get(job.id) ?? job) && left > 0; left -= 1) {
        await Promise.race([wait(5000), new Promise((done) => (wake = done))]);
        if (isUnderWay(told.get(job.id) ?? job)) job = await this.#rest('GET', `/jobs/${job.id}`);
        if (!isUnderWay(job)) told.delete(job.id);
      }
      job = told.get(job.id) ?? job;
      if (job.state !== 'done') throw new Error(job.errors?.[0]?.detail ?? 'It could not be made. Please try again.');
      return job.result.file_id;
    } finally {
      stop();
    }
  }

  /** Whether who has one's address sees that one is here. */
  discovery() {
    return this.#rest('GET', '/contacts/discovery');
  }

  setDiscovery(findable) {
    return this.#rest('PUT', '/contacts/discovery', { findable });
  }

  clearContacts() {
    return this.#rest('DELETE', '/contacts');
  }

  askVerification() {
    return this.#rest('POST', '/auth/email/verification', {});
  }

  setPassword(current, password) {
    return this.#rest('POST', '/auth/password/set', known({ current_password: current, password }));
  }

  hasFactor() {
    return this.#rest('GET', '/auth/totp');
  }

  beginFactor() {
    return this.#rest('POST', '/auth/totp');
  }

  confirmFactor(code) {
    return this.#rest('POST', '/auth/totp/confirm', { code });
  }

  removeFactor(code) {
    return this.#rest('DELETE', '/auth/totp', { code });
  }

  async devices() {
    return (await this.#rest('GET', '/auth/sessions')).items;
  }

  endDevice(id) {
    return this.#rest('DELETE', `/auth/sessions/${encodeURIComponent(id)}`);
  }

  endAll() {
    return this.#rest('POST', '/auth/logout-all');
  }

  async blocked() {
    return (await this.#rest('GET', '/users/me/blocks')).items;
  }

  block(id, on = true) {
    return this.#rest(on ? 'PUT' : 'DELETE', `/users/${encodeURIComponent(id)}/block`);
  }

  startPhone(phone) {
    return this.#rest('POST', '/auth/phone/start', { phone });
  }

  confirmPhone(phone, code) {
    return this.#rest('POST', '/auth/phone/verify', { phone, code });
  }
}

/** A server that does not tell e-mail and phone apart says of both together. */
export const isEmailConfirmed = (user) => user.is_email_verified ?? user.is_verified;
export const isPhoneConfirmed = (user) => user.is_phone_verified ?? user.is_verified;

/** Without what was left empty. */
const known = (parts) => Object.fromEntries(Object.entries(parts).filter(([, value]) => value));
