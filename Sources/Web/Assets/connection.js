// One conversation with the server that outlives its sockets: it greets, answers heartbeats, comes back, and pairs
// replies with commands. It knows no chats and no page; those hear of it through `on`.

import { planAfterClose, readReason } from './close-codes.js';

const COMMAND_TIMEOUT_MS = 20000;
const PROBE_TIMEOUT_MS = 5000;
const PATIENCE = 1.2;
const HELD_MS = 5000;
const RESUME_FRAME_MAX = 1000000;
const TOKEN_REFUSED = new Set(['invalid_token', 'token_expired']);

/** A command that was refused, or that was cut off before its answer (`code` is then `disconnected`). */
export class CommandError extends Error {
  constructor({ code = 'internal', message, temporary = false, retry_after_ms = 0 } = {}) {
    super(message || code);
    this.code = code;
    this.temporary = temporary;
    this.retryAfterMs = retry_after_ms;
  }
}

const cutOff = () => new CommandError({ code: 'disconnected', message: 'The connection was lost.', temporary: true });

export class Connection {
  #options;
  #link = null;
  #round = 0;
  #attempt = 0;
  #renew = false;
  #retryTimer = null;
  #nextId = 1;
  phase = 'idle';

  /**
   * - `url`, `connect(url, protocols)`: makes a WebSocket.
   * - `token(renew)`: promises an access token; rejects with `signIn` set when the user has to sign in again.
   * - `position()`: what `resume` says of us, or null to identify.
   * - `on`: `state({phase, ...})`, `ready(data)`, `resumed(data)`, `event(event)`, `signIn(why)`.
   */
  constructor(options) {
    this.#options = {
      random: Math.random,
      now: Date.now,
      setTimer: (run, ms) => setTimeout(run, ms),
      clearTimer: (timer) => clearTimeout(timer),
      client: { name: 'web', version: '0.1' },
      ...options,
    };
  }

  start() {
    if (this.phase === 'idle' || this.phase === 'stopped') this.#open();
  }

  stop() {
    this.#round += 1;
    this.#options.clearTimer(this.#retryTimer);
    const link = this.#link;
    this.#release(link);
    link?.socket.close(1000);
    this.#enter('idle');
  }

  /** Comes back now instead of when the wait is over; on a live socket, asks whether it is one. */
  nudge() {
    if (this.phase === 'waiting' || this.phase === 'stopped') this.#open();
    else if (this.phase === 'online') this.request('ping', undefined, PROBE_TIMEOUT_MS).catch(() => {});
  }

  /** Sends a command and promises the `data` of its reply. */
  request(type, data, timeoutMs = COMMAND_TIMEOUT_MS) {
    if (this.phase !== 'online') return Promise.reject(cutOff());
    return new Promise((resolve, reject) => {
      this.#ask(this.#link, type, data, timeoutMs, (error, value) => (error ? reject(error) : resolve(value)));
    });
  }

  async #open() {
    const round = ++this.#round;
    this.#options.clearTimer(this.#retryTimer);
    this.#enter('connecting');
    let token;
    try {
      token = await this.#options.token(this.#renew);
    } catch (error) {
      if (round === this.#round) this.#tokenFailed(error);
      return;
    }
    if (round !== this.#round) return;
    this.#renew = false;
    const socket = this.#options.connect(this.#options.url, ['chat.v1']);
    const link = { socket, token, waiting: new Map(), timers: new Set(), heardAt: this.#options.now(), onlineAt: null };
    this.#link = link;
    this.#limit(link, COMMAND_TIMEOUT_MS, () => this.#lost(link, 1006));
    socket.onmessage = (message) => this.#received(link, message.data);
    socket.onclose = (close) => this.#lost(link, close.code, readReason(close.reason));
    socket.onerror = () => {};
  }

  #tokenFailed(error) {
    if (error.signIn) this.#end(error.message);
    else this.#wait(planAfterClose({ code: 1006, attempt: this.#attempt++, random: this.#options.random }));
  }

  #received(link, text) {
    if (link !== this.#link) return;
    link.heardAt = this.#options.now();
    const frame = JSON.parse(text);
    if (frame.ok !== undefined && frame.id !== undefined) return this.#settle(link, frame);
    switch (frame.type) {
      case 'hello':
        return this.#hello(link, frame.data);
      case 'ping':
        return link.socket.send('{"type":"pong"}');
      case 'reconnect':
        link.hintMs = frame.data?.retry_after_ms ?? 0;
        return;
      case 'auth.expiring':
        return this.#extend(link);
      default:
        this.#options.on.event(frame);
    }
  }

  #settle(link, frame) {
    const waiting = link.waiting.get(frame.id);
    if (!waiting) return;
    this.#forget(link, frame.id);
    if (frame.ok) waiting.done(null, frame.data);
    else waiting.done(new CommandError(frame.error));
  }

  #hello(link, data) {
    this.#clearLimits(link);
    link.heartbeatMs = data?.heartbeat_interval ?? 25000;
    this.#greet(link);
  }

  #greet(link, tried = {}) {
    const position = tried.resume ? null : this.#options.position();
    const resume = position && { token: link.token, ...position };
    const resumes = resume && JSON.stringify(resume).length <= RESUME_FRAME_MAX;
    const data = resumes ? resume : { token: link.token, client: this.#options.client };
    this.#ask(link, resumes ? 'resume' : 'identify', data, COMMAND_TIMEOUT_MS, (error, value) => {
      if (!error) return this.#welcome(link, resumes ? 'resumed' : 'ready', value);
      if (link !== this.#link) return;
      if (error.code === 'cannot_resume' && resumes) return this.#greet(link, { ...tried, resume: true });
      if (error.code === 'user_blocked') return this.#end(error.message);
      if (!TOKEN_REFUSED.has(error.code)) return this.#lost(link, 4100, { retry_after_ms: error.retryAfterMs });
      if (tried.renew) return this.#end('Please sign in again.');
      this.#options.token(true).then(
        (token) => {
          link.token = token;
          if (link === this.#link) this.#greet(link, { ...tried, renew: true });
        },
        (failure) => (failure.signIn ? link === this.#link && this.#end(failure.message) : this.#lost(link, 1006)),
      );
    });
  }

  #welcome(link, greeting, data) {
    link.onlineAt = this.#options.now();
    this.#enter('online');
    this.#options.on[greeting](data);
    this.#watchSilence(link);
  }

  /** The server asks after us when we are quiet, so it is heard in every interval; if not, we ask, and then give up. */
  #watchSilence(link) {
    const patience = link.heartbeatMs * PATIENCE;
    this.#limit(link, patience, () => {
      const quiet = this.#options.now() - link.heardAt >= patience;
      if (quiet) this.#ask(link, 'ping', undefined, PROBE_TIMEOUT_MS, () => {});
      this.#watchSilence(link);
    });
  }

  async #extend(link) {
    try {
      const token = await this.#options.token(true);
      if (link !== this.#link) return;
      link.token = token;
      this.#ask(link, 'auth.refresh', { token }, COMMAND_TIMEOUT_MS, () => {});
    } catch (error) {
      if (error.signIn && link === this.#link) this.#end(error.message);
    }
  }

  #ask(link, type, data, timeoutMs, done) {
    const id = this.#nextId++;
    const timer = this.#limit(link, timeoutMs, () => this.#lost(link, 1006));
    link.waiting.set(id, { done, timer });
    link.socket.send(JSON.stringify(data === undefined ? { id, type } : { id, type, data }));
  }

  #forget(link, id) {
    const { timer } = link.waiting.get(id);
    this.#options.clearTimer(timer);
    link.timers.delete(timer);
    link.waiting.delete(id);
  }

  #limit(link, ms, run) {
    const timer = this.#options.setTimer(() => {
      link.timers.delete(timer);
      run();
    }, ms);
    link.timers.add(timer);
    return timer;
  }

  #clearLimits(link) {
    for (const timer of link.timers) this.#options.clearTimer(timer);
    link.timers.clear();
  }

  /** Takes the socket's handlers away, so that a late close of a dead one is not taken for the next one's. */
  #release(link) {
    if (!link) return;
    if (this.#link === link) this.#link = null;
    this.#clearLimits(link);
    link.socket.onmessage = link.socket.onclose = null;
    const waiting = [...link.waiting.values()];
    link.waiting.clear();
    for (const { done } of waiting) done(cutOff());
  }

  #lost(link, code, reason = {}) {
    if (link !== this.#link) return;
    const held = link.onlineAt !== null && this.#options.now() - link.onlineAt >= HELD_MS;
    if (held) this.#attempt = 0;
    const hintMs = reason.retry_after_ms ?? link.hintMs ?? 0;
    const plan = planAfterClose({ code, attempt: this.#attempt++, hintMs, random: this.#options.random });
    this.#enter('closing');
    this.#release(link);
    try {
      link.socket.close();
    } catch {
      // It never opened; there is nothing to close.
    }
    if (plan.kind === 'retry') this.#wait(plan);
    else if (plan.kind === 'sign-in') this.#end(code === 4003 ? 'This account is blocked.' : 'Please sign in again.');
    else this.#enter('stopped', { code, why: reason.code });
  }

  #wait({ delay, renew }) {
    this.#renew ||= Boolean(renew);
    this.#retryTimer = this.#options.setTimer(() => this.#open(), delay);
    this.#enter('waiting', { retryAt: this.#options.now() + delay });
  }

  #end(why) {
    this.stop();
    this.#options.on.signIn(why);
  }

  #enter(phase, detail = {}) {
    this.phase = phase;
    this.#options.on.state({ phase, ...detail });
  }
}
