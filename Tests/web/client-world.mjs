// A client whose server is the test: fake sockets, a clock that moves when told to, and everything it was heard saying.

import { ConfabClient } from '../../Sources/Web/Assets/client.js';
import { FakeClock, FakeSocket, FakeStorage, settled } from './fake-socket.mjs';

export const ANN = { id: '108', username: 'ann', display_name: null };
export const BOB = { id: '109', username: 'bob', display_name: null };
export const HELLO = { type: 'hello', data: { heartbeat_interval: 25000, identify_timeout: 10000, max_frame: 65536 } };
export const READY = { session_id: 'tab', epoch: 'A1', user: ANN, me_seq: 76, limits: {}, channels: [] };

export const listed = (members = {}) => ({
  channel: '1',
  kind: 'direct',
  seq: 10,
  last_message_number: 10,
  read_number: 10,
  unread: 0,
  mentions: 0,
  user: BOB,
  ...members,
});

export const said = (seq, more = {}) => ({
  type: 'message.created',
  channel: '1',
  seq,
  data: { message_number: seq, sender: '109', text: `m${seq}`, created_at: '2026-11-20T17:20:01.007Z', ...more },
});

export const range = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

export function world({ token = async () => 'first', storage = new FakeStorage(), fetch, ...options } = {}) {
  const clock = new FakeClock();
  const sockets = [];
  const heard = { ready: [], resumed: [], event: [], state: [], gap: [], outbox: [], channels: [], error: [] };
  const asked = [];
  class Socket extends FakeSocket {
    constructor(url, protocols) {
      super(url, protocols);
      sockets.push(this);
    }
  }
  const client = new ConfabClient({
    url: 'http://here',
    WebSocket: Socket,
    token: (renew) => (asked.push(renew), token(renew)),
    random: () => 0.5,
    now: clock.now,
    setTimer: clock.setTimer,
    clearTimer: clock.clearTimer,
    storage,
    fetch,
    ...options,
  });
  for (const type of Object.keys(heard)) client.on(type, (detail) => heard[type].push(detail));
  const socket = () => sockets.at(-1);
  const sent = (type) => socket().sent.filter((frame) => frame.type === type);
  return { clock, sockets, heard, asked, client, storage, socket, sent };
}

/** Greets a socket, and answers what the client says to that. */
export async function greet({ socket }, data = {}) {
  socket().say(HELLO);
  const type = socket().last('resume') ? 'resume' : 'identify';
  const answers = { resume: { session_id: 'tab', me_seq: 76, states: [] }, identify: READY };
  socket().answer(type, { ...answers[type], ...data });
  await settled();
}

export async function online({ ready = {}, ...options } = {}) {
  const made = world(options);
  made.client.connect();
  await settled();
  await greet(made, ready);
  return made;
}

/** Cut, and back on a new socket that has not been greeted. */
export async function cutAndBack(made, code = 4200) {
  made.socket().cut(code);
  await made.clock.pass(made.heard.state.at(-1).retryAt - made.clock.time);
}
