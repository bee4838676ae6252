import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection } from '../../Sources/Web/Assets/connection.js';
import { FakeClock, FakeSocket, settled } from './fake-socket.mjs';

const HELLO = { type: 'hello', data: { heartbeat_interval: 25000, identify_timeout: 10000, max_frame: 65536 } };
const POSITION = { session_id: 'tab', epoch: 'A1', me_seq: 76, channels: { '108_109': 1031, 205: 44 } };

function world({ position = null, token = async () => 'first' } = {}) {
  const clock = new FakeClock();
  const sockets = [];
  const heard = { ready: [], resumed: [], events: [], states: [], signIn: [] };
  const place = { position };
  const asked = [];
  const connection = new Connection({
    url: 'ws://here/api/v1/ws',
    connect: (url, protocols) => (sockets.push(new FakeSocket(url, protocols)), sockets.at(-1)),
    token: (renew) => (asked.push(renew), token(renew)),
    position: () => place.position,
    random: () => 0.5,
    now: clock.now,
    setTimer: clock.setTimer,
    clearTimer: clock.clearTimer,
    on: {
      ready: (data) => heard.ready.push(data),
      resumed: (data) => heard.resumed.push(data),
      event: (event) => heard.events.push(event),
      state: (state) => heard.states.push(state),
      signIn: (why) => heard.signIn.push(why),
    },
  });
  return { clock, sockets, heard, place, asked, connection, socket: () => sockets.at(-1) };
}

async function online(options) {
  const made = world(options);
  made.connection.start();
  await settled();
  made.socket().say(HELLO);
  made.socket().answer(made.place.position ? 'resume' : 'identify', {});
  return made;
}

test('it says nothing before hello, then identifies with the token in the frame and not in the address', async () => {
  const { connection, socket, heard } = world();
  connection.start();
  await settled();
  assert.deepEqual([socket().url, socket().protocols, socket().sent], ['ws://here/api/v1/ws', ['chat.v1'], []]);
  socket().say(HELLO);
  const [identify] = socket().sent;
  assert.deepEqual(identify.data, { token: 'first', client: { name: 'web', version: '0.1' } });
  socket().answer('identify', { session_id: 'tab' });
  assert.deepEqual(heard.ready, [{ session_id: 'tab' }]);
  assert.equal(connection.phase, 'online');
});

test('after a cut it resumes everything in one frame', async () => {
  const { socket, sockets, heard, place, clock } = await online();
  place.position = POSITION;
  socket().cut();
  assert.equal(heard.states.at(-1).phase, 'waiting');
  await clock.pass(2000);
  assert.equal(sockets.length, 2);
  socket().say(HELLO);
  assert.deepEqual(socket().sent.map(({ type, data }) => ({ type, data })), [
    { type: 'resume', data: { token: 'first', ...POSITION } },
  ]);
  socket().say({ type: 'message.created', channel: '205', seq: 45, data: {} });
  socket().answer('resume', { replayed: 1 });
  assert.equal(heard.events.length, 1);
  assert.deepEqual(heard.resumed, [{ replayed: 1 }]);
});

test('when it cannot resume it identifies afresh on the same socket', async () => {
  const { connection, socket, sockets, heard } = world({ position: POSITION });
  connection.start();
  await settled();
  socket().say(HELLO);
  socket().refuse('resume', { code: 'cannot_resume', temporary: false });
  socket().answer('identify', { epoch: 'B1' });
  assert.deepEqual(heard.ready, [{ epoch: 'B1' }]);
  assert.equal(sockets.length, 1);
});

test('a position too large for one frame is not sent', async () => {
  const channels = Object.fromEntries(Array.from({ length: 60000 }, (_, index) => [`1000${index}_2000${index}`, 1]));
  const { connection, socket } = world({ position: { ...POSITION, channels } });
  connection.start();
  await settled();
  socket().say(HELLO);
  assert.equal(socket().sent[0].type, 'identify');
});

test('replies find their commands, whatever their order', async () => {
  const { connection, socket } = await online();
  const first = connection.request('history.get', { channel: '1' });
  const second = connection.request('history.get', { channel: '2' });
  const [a, b] = socket().sent.slice(-2);
  socket().say({ id: b.id, ok: true, data: 'second' });
  socket().say({ id: a.id, ok: false, error: { code: 'not_found', message: 'No such chat.', temporary: false } });
  assert.equal(await second, 'second');
  await assert.rejects(first, { code: 'not_found', message: 'No such chat.', temporary: false });
});

test('a command that was cut off says so, and none is taken while away', async () => {
  const { connection, socket } = await online();
  const sent = connection.request('message.send', {});
  socket().cut();
  await assert.rejects(sent, { code: 'disconnected', temporary: true });
  await assert.rejects(connection.request('message.send', {}), { code: 'disconnected' });
});

test('a ping is answered by a pong', async () => {
  const { socket } = await online();
  socket().say({ type: 'ping' });
  assert.deepEqual(socket().sent.at(-1), { type: 'pong' });
});

test('a silent server is asked, and left when it does not answer', async () => {
  const { socket, sockets, clock, heard } = await online();
  const first = socket();
  await clock.pass(25000);
  first.say({ type: 'ping' });
  await clock.pass(30000);
  assert.equal(first.last('ping'), undefined);
  await clock.pass(5000);
  assert.equal(first.last('ping').type, 'ping');
  first.answer('ping');
  await clock.pass(29000);
  assert.equal(sockets.length, 1);
  await clock.pass(1000 + 5000 + 1000);
  assert.ok(first.closedWith);
  assert.equal(sockets.length, 2);
  assert.equal(heard.states.filter(({ phase }) => phase === 'waiting').length, 1);
});

test('a late word from a socket that was left is not heard', async () => {
  const { socket, clock, heard } = await online();
  const { onmessage } = socket();
  socket().cut();
  onmessage({ data: '{"type":"message.created","channel":"1","seq":1}' });
  await clock.pass(30000);
  assert.deepEqual(heard.events, []);
});

test('a planned restart is waited out for as long as the server said', async () => {
  const { socket, sockets, clock } = await online();
  socket().say({ type: 'reconnect', data: { reason: 'server_restart', retry_after_ms: 3170 } });
  socket().cut(4200);
  await clock.pass(3169);
  assert.equal(sockets.length, 1);
  await clock.pass(1);
  assert.equal(sockets.length, 2);
});

test('failures in a row wait longer, and a connection that held starts anew', async () => {
  const { socket, clock, heard } = await online();
  const waits = [];
  await clock.pass(6000);
  for (let round = 0; round < 3; round += 1) {
    socket().cut();
    waits.push(heard.states.at(-1).retryAt - clock.time);
    await clock.pass(5000);
  }
  assert.deepEqual(waits, [600, 1100, 2100]);
  socket().say(HELLO);
  socket().answer('identify', {});
  await clock.pass(6000);
  socket().cut();
  assert.equal(heard.states.at(-1).retryAt - clock.time, 600);
});

test('close 4202 renews the token before it comes back', async () => {
  const { socket, clock, asked } = await online({ token: async (renew) => (renew ? 'second' : 'first') });
  socket().cut(4202);
  await clock.pass(0);
  socket().say(HELLO);
  assert.deepEqual(asked, [false, true]);
  assert.equal(socket().sent[0].data.token, 'second');
});

test('a token that the server finds expired is renewed once, on the same socket', async () => {
  const { connection, socket, sockets, heard } = world({ token: async (renew) => (renew ? 'second' : 'first') });
  connection.start();
  await settled();
  socket().say(HELLO);
  socket().refuse('identify', { code: 'token_expired' });
  await settled();
  assert.equal(socket().last('identify').data.token, 'second');
  socket().refuse('identify', { code: 'invalid_token' });
  assert.deepEqual([heard.signIn.length, sockets.length, connection.phase], [1, 1, 'idle']);
});

test('a token about to expire is exchanged on the open socket', async () => {
  const { socket } = await online({ token: async (renew) => (renew ? 'second' : 'first') });
  socket().say({ type: 'auth.expiring', data: {} });
  await settled();
  assert.deepEqual(socket().last('auth.refresh').data, { token: 'second' });
});

test('a revoked session goes back to the login and does not come back by itself', async () => {
  const { socket, sockets, heard, clock } = await online();
  socket().cut(4009, '{"code":"session_revoked"}');
  await clock.pass(120000);
  assert.deepEqual([heard.signIn.length, sockets.length], [1, 1]);
});

test('a replaced socket stays away until it is asked back', async () => {
  const { connection, socket, sockets, heard, clock } = await online();
  socket().cut(4008);
  await clock.pass(120000);
  assert.deepEqual([heard.states.at(-1).phase, heard.states.at(-1).code, sockets.length], ['stopped', 4008, 1]);
  connection.nudge();
  await settled();
  assert.equal(sockets.length, 2);
});

test('no tokens while the server is away is no reason to sign in again', async () => {
  let away = true;
  const token = async () => {
    if (away) throw Object.assign(new Error('away'), { status: 0 });
    return 'first';
  };
  const { connection, sockets, heard, clock } = world({ token });
  connection.start();
  await clock.pass(5000);
  assert.deepEqual([sockets.length, heard.signIn.length], [0, 0]);
  away = false;
  await clock.pass(10000);
  assert.equal(sockets.length, 1);
});
