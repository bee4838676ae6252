import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANN, HELLO, READY, listed, online, range, said, world } from './client-world.mjs';
import { settled } from './fake-socket.mjs';

const POSITION = { user: ANN, session_id: 'tab', epoch: 'A1', me_seq: 76, channels: { '108_109': 1031, 205: 44 } };
const started = async (options) => {
  const made = world(options);
  made.client.connect();
  await settled();
  made.socket().say(HELLO);
  return made;
};

test('it says nothing before hello, then identifies with the token in the frame and not in the address', async () => {
  const { client, socket, heard } = world();
  const connected = client.connect();
  await settled();
  assert.deepEqual([socket().url, socket().protocols, socket().sent], ['ws://here/api/v1/ws', ['chat.v1'], []]);
  socket().say(HELLO);
  const [identify] = socket().sent;
  assert.deepEqual(identify.data, { token: 'first', client: { name: 'confab.js', version: '0.1' } });
  socket().answer('identify', READY);
  await connected;
  assert.deepEqual([heard.ready, client.phase, client.user], [[READY], 'online', ANN]);
});

test('the address of the server, of its routes or of its socket all lead to the socket', async () => {
  const addresses = {
    'https://chat.example.org': 'wss://chat.example.org/api/v1/ws',
    'ws://127.0.0.1:8080/api/v1/ws': 'ws://127.0.0.1:8080/api/v1/ws',
    'https://example.org/talk/': 'wss://example.org/talk/api/v1/ws',
    'http://example.org/api/v1': 'ws://example.org/api/v1/ws',
  };
  for (const [url, address] of Object.entries(addresses)) {
    const { client, socket } = world({ url });
    client.connect();
    await settled();
    assert.equal(socket().url, address);
  }
  assert.throws(() => world({ url: 'no address' }), TypeError);
});

test('after a cut it resumes everything in one frame', async () => {
  const channels = [listed({ channel: '108_109', seq: 1031 }), listed({ channel: '205', seq: 44 })];
  const made = await online({ ready: { channels } });
  const { socket, sockets, heard, clock } = made;
  socket().cut();
  assert.equal(heard.state.at(-1).phase, 'waiting');
  await clock.pass(2000);
  assert.equal(sockets.length, 2);
  socket().say(HELLO);
  const { user, ...position } = POSITION;
  assert.deepEqual(socket().sent.map(({ type, data }) => ({ type, data })), [
    { type: 'resume', data: { token: 'first', ...position } },
  ]);
  socket().say({ ...said(45), channel: '205' });
  socket().answer('resume', { session_id: 'tab', me_seq: 76, replayed: 1 });
  assert.deepEqual([heard.event.length, heard.resumed.length, heard.ready.length], [1, 1, 1]);
});

test('a position that was kept goes on in another process', async () => {
  const { client, socket } = await started({ position: POSITION });
  const { user, ...position } = POSITION;
  assert.deepEqual(socket().sent[0].data, { token: 'first', ...position });
  assert.deepEqual(client.position, POSITION);
});

test('when it cannot resume it identifies afresh on the same socket', async () => {
  const { client, socket, sockets, heard } = await started({ position: POSITION });
  socket().refuse('resume', { code: 'cannot_resume', temporary: false });
  socket().answer('identify', { ...READY, epoch: 'B1' });
  assert.deepEqual(heard.ready.map(({ epoch }) => epoch), ['B1']);
  assert.deepEqual([sockets.length, client.position.channels], [1, {}]);
});

test('a position too large for one frame is not sent; what is missing is read channel by channel', async () => {
  const channels = Object.fromEntries(range(1, 60000).map((number) => [`1000${number}_2000${number}`, 1]));
  channels['1'] = 8;
  const { client, socket, sent, heard } = await started({ position: { ...POSITION, channels } });
  assert.equal(socket().sent[0].type, 'identify');
  const listing = { channels: [listed(), listed({ channel: 'new', seq: 3 })], more_channels: true };
  socket().answer('identify', { ...READY, ...listing });
  assert.deepEqual(sent('events.get').map(({ data }) => [data.channel, data.after_seq]), [['1', 8]]);
  assert.deepEqual(heard.ready, []);
  assert.deepEqual(heard.resumed[0].added.map(({ channel }) => channel), ['new']);
  assert.equal(client.position.channels['100060000_200060000'], 1);
});

test('replies find their commands, whatever their order', async () => {
  const { client, socket } = await online();
  const first = client.request('history.get', { channel: '1' });
  const second = client.request('history.get', { channel: '2' });
  const [a, b] = socket().sent.slice(-2);
  socket().say({ id: b.id, ok: true, data: 'second' });
  socket().say({ id: a.id, ok: false, error: { code: 'not_found', message: 'No such chat.', temporary: false } });
  assert.equal(await second, 'second');
  await assert.rejects(first, { code: 'not_found', message: 'No such chat.', temporary: false });
});

test('a command that was cut off says so, and none is taken while away', async () => {
  const { client, socket } = await online();
  const sent = client.request('message.send', {});
  socket().cut();
  await assert.rejects(sent, { code: 'disconnected', temporary: true });
  await assert.rejects(client.request('message.send', {}), { code: 'disconnected' });
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
  assert.equal(heard.state.filter(({ phase }) => phase === 'waiting').length, 1);
});

test('a late word from a socket that was left is not heard', async () => {
  const { socket, clock, heard } = await online();
  const { onmessage } = socket();
  socket().cut();
  onmessage({ data: '{"type":"presence","data":{}}' });
  await clock.pass(30000);
  assert.deepEqual(heard.event, []);
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

test('failures in a row wait longer, and a client that held starts anew', async () => {
  const { socket, clock, heard } = await online();
  const waits = [];
  await clock.pass(6000);
  for (let round = 0; round < 3; round += 1) {
    socket().cut();
    waits.push(heard.state.at(-1).retryAt - clock.time);
    await clock.pass(5000);
  }
  assert.deepEqual(waits, [600, 1100, 2100]);
  socket().say(HELLO);
  socket().answer('resume', { me_seq: 76 });
  await clock.pass(6000);
  socket().cut();
  assert.equal(heard.state.at(-1).retryAt - clock.time, 600);
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
  const { client, socket, sockets, heard } = await started({ token: async (renew) => (renew ? 'second' : 'first') });
  const connected = client.connect();
  socket().refuse('identify', { code: 'token_expired' });
  await settled();
  assert.equal(socket().last('identify').data.token, 'second');
  socket().refuse('identify', { code: 'invalid_token' });
  const { phase, signIn } = heard.state.at(-1);
  assert.deepEqual([phase, signIn, sockets.length], ['stopped', true, 1]);
  await assert.rejects(connected, { code: 'invalid_token' });
});

test('a token about to expire is exchanged on the open socket', async () => {
  const { socket } = await online({ token: async (renew) => (renew ? 'second' : 'first') });
  socket().say({ type: 'auth.expiring', data: {} });
  await settled();
  assert.deepEqual(socket().last('auth.refresh').data, { token: 'second' });
});

test('a token that cannot be had now leaves the socket as it is, until the server closes it', async () => {
  const away = Object.assign(new Error('away'), { status: 0 });
  const tokens = ['first', away, 'second'];
  const { socket, sockets, heard, clock, client } = await online({
    token: async () => {
      const next = tokens.shift();
      if (next instanceof Error) throw next;
      return next;
    },
  });
  socket().say({ type: 'auth.expiring', data: {} });
  await settled();
  assert.deepEqual([socket().last('auth.refresh'), client.phase], [undefined, 'online']);
  socket().cut(4202);
  await clock.pass(1000);
  assert.equal(sockets.length, 2);
  socket().say(HELLO);
  assert.equal(socket().last('resume').data.token, 'second');
  assert.equal(heard.state.some(({ phase }) => phase === 'stopped'), false);
});

test('a token that is refused on the open socket is not tried again on the next', async () => {
  const tokens = ['first', 'second', 'third'];
  const { socket, clock } = await online({ token: async () => tokens.shift() });
  socket().say({ type: 'auth.expiring', data: {} });
  await settled();
  socket().refuse('auth.refresh', { code: 'invalid_token' });
  socket().cut(4202);
  await clock.pass(1000);
  socket().say(HELLO);
  assert.equal(socket().last('resume').data.token, 'third');
});

test('a session that has ended stops the client when its token expires', async () => {
  const token = async (renew) => {
    if (renew) throw Object.assign(new Error('over'), { signIn: true });
    return 'first';
  };
  const { socket, heard } = await online({ token });
  socket().say({ type: 'auth.expiring', data: {} });
  await settled();
  const { phase, signIn, message } = heard.state.at(-1);
  assert.deepEqual([phase, signIn, message], ['stopped', true, 'over']);
});

test('a wrong password is no wrong token: the route is not asked twice', async () => {
  const asked = [];
  const fetch = async (path, { headers }) => {
    asked.push(headers.Authorization);
    const code = path.endsWith('/set') ? 'invalid_credentials' : 'token_expired';
    return { ok: false, status: 401, text: async () => JSON.stringify({ code }) };
  };
  const { client } = world({ fetch, token: async (renew) => (renew ? 'second' : 'first') });
  await assert.rejects(client.rest('POST', '/auth/password/set', {}), { code: 'invalid_credentials' });
  assert.deepEqual(asked, ['Bearer first']);
  await assert.rejects(client.rest('GET', '/users/me'), { code: 'token_expired' });
  assert.deepEqual(asked.slice(1), ['Bearer first', 'Bearer second']);
});

test('a revoked session needs the user, and does not come back by itself', async () => {
  const { socket, sockets, heard, clock } = await online();
  socket().cut(4009, '{"code":"session_revoked"}');
  await clock.pass(120000);
  const { phase, signIn, code, reason } = heard.state.at(-1);
  assert.deepEqual([phase, signIn, code, reason, sockets.length], ['stopped', true, 4009, 'session_revoked', 1]);
});

test('a replaced socket stays away until it is asked back', async () => {
  const { client, socket, sockets, heard, clock } = await online();
  socket().cut(4008);
  await clock.pass(120000);
  assert.deepEqual([heard.state.at(-1).phase, heard.state.at(-1).code, sockets.length], ['stopped', 4008, 1]);
  client.nudge();
  await settled();
  assert.equal(sockets.length, 2);
});

test('no tokens while the server is away is no reason to stop', async () => {
  let away = true;
  const token = async () => {
    if (away) throw Object.assign(new Error('away'), { status: 0 });
    return 'first';
  };
  const { client, sockets, heard, clock } = world({ token });
  client.connect();
  await clock.pass(5000);
  assert.deepEqual([sockets.length, heard.state.some(({ phase }) => phase === 'stopped')], [0, false]);
  away = false;
  await clock.pass(10000);
  assert.equal(sockets.length, 1);
});

test('a server too busy for a greeting is left for as long as it says', async () => {
  const { socket, sockets, clock } = await started();
  socket().refuse('identify', { code: 'overloaded', temporary: true, retry_after_ms: 9000 });
  await clock.pass(8999);
  assert.equal(sockets.length, 1);
  await clock.pass(1);
  assert.equal(sockets.length, 2);
});

test('a delay in the close reason is kept to, and a reason that is not JSON says nothing', async () => {
  const { socket, sockets, clock, heard } = await online();
  await clock.pass(6000);
  socket().cut(4101, '{"code":"rate_limited","retry_after_ms":7000}');
  assert.equal(heard.state.at(-1).retryAt - clock.time, 7000);
  await clock.pass(7000);
  assert.equal(sockets.length, 2);
  for (const reason of ['', 'going away', 'null', '7']) {
    socket().cut(1001, reason);
    const { phase, retryAt } = heard.state.at(-1);
    assert.equal(phase, 'waiting');
    await clock.pass(retryAt - clock.time);
  }
  assert.equal(sockets.length, 6);
});

test('a frame too large for the server is refused here and does not end the socket', async () => {
  const { client, socket } = await online();
  const { length } = socket().sent;
  await assert.rejects(client.request('message.send', { text: '世'.repeat(22000) }), { code: 'too_large' });
  assert.equal(socket().sent.length, length);
});

test('another user’s token is not taken for one’s own', async () => {
  const { socket, heard } = await started({ user: '109' });
  socket().answer('identify', READY);
  assert.deepEqual([heard.state.at(-1).signIn, heard.ready], [true, []]);
});

test('after close nothing comes back, and who waits is told', async () => {
  const { client, socket, sockets, clock, heard } = await online({ ready: { channels: [listed()] } });
  const sent = client.send('1', 'a');
  client.close();
  await assert.rejects(sent, { code: 'closed' });
  await clock.pass(120000);
  assert.deepEqual([socket().closedWith, sockets.length, heard.state.at(-1).phase], [1000, 1, 'idle']);
  assert.equal(client.outbox.items.length, 1);
});
