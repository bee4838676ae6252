// A server's end of a socket, and a clock that only moves when told to.

export class FakeSocket {
  sent = [];

  constructor(url, protocols) {
    this.url = url;
    this.protocols = protocols;
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close(code) {
    this.closedWith = code ?? 1005;
  }

  /** The server says this. */
  say(frame) {
    this.onmessage({ data: JSON.stringify(frame) });
  }

  /** The server answers the last command of this type. */
  answer(type, data) {
    this.say({ id: this.last(type).id, ok: true, data });
  }

  refuse(type, error) {
    this.say({ id: this.last(type).id, ok: false, error });
  }

  /** The connection ends. */
  cut(code = 1006, reason = '') {
    this.onclose?.({ code, reason });
  }

  last(type) {
    return this.sent.findLast((frame) => frame.type === type);
  }
}

export class FakeClock {
  time = 1000000;
  #timers = new Set();

  now = () => this.time;

  setTimer = (run, ms) => {
    const timer = { run, at: this.time + ms };
    this.#timers.add(timer);
    return timer;
  };

  clearTimer = (timer) => this.#timers.delete(timer);

  get waits() {
    return [...this.#timers].map((timer) => timer.at - this.time).sort((a, b) => a - b);
  }

  /** Lets time pass, and with it everything that was due, in its order. */
  async pass(ms) {
    const until = this.time + ms;
    for (;;) {
      const due = [...this.#timers].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers.delete(due);
      this.time = due.at;
      due.run();
      await settled();
    }
    this.time = until;
    await settled();
  }
}

export class FakeStorage {
  #items = new Map();

  get length() {
    return this.#items.size;
  }

  key = (index) => [...this.#items.keys()][index];
  getItem = (key) => this.#items.get(key) ?? null;
  setItem = (key, value) => void this.#items.set(key, String(value));
  removeItem = (key) => void this.#items.delete(key);
}

/** Every promise that can go on has gone on. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));
