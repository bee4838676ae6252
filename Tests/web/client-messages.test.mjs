import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutAndBack, greet, listed, online, range, said, world } from './client-world.mjs';
import { FakeStorage, settled } from './fake-socket.mjs';

const AT = '2026-11-20T17:20:01.007Z';
const here = (options) => online({ ready: { channels: [listed(), listed({ channel: '2' })] }, ...options });
const texts = (frames) => frames.map(({ data }) => data.text);
const reply = (number, more) => ({ channel: '1', message_number: number, seq: number, created_at: AT, ...more });

test('messages of a chat go one at a time, as they were written, and promise their replies', async () => {
  const { client, socket, sent, heard } = await here();
  const promised = ['a', 'b', 'c'].map((text) => client.send('1', { text }));
  client.send('2', 'other');
  assert.deepEqual(texts(sent('message.send')), ['a', 'other']);
  const other = sent('message.send')[1];
  socket().say({ id: other.id, ok: true, data: reply(11, { channel: '2' }) });
  for (const [index, promise] of promised.entries()) {
    const { id, data } = sent('message.send').filter((frame) => frame.data.channel === '1')[index];
    assert.equal(data.text, ['a', 'b', 'c'][index]);
    socket().say({ id, ok: true, data: reply(11 + index, { client_msg_id: data.client_msg_id }) });
    assert.equal((await promise).message_number, 11 + index);
    await settled();
  }
  assert.equal(client.outbox.items.length, 0);
  assert.equal(heard.outbox.filter((change) => change.reply).length, 4);
});

test('what was cut off is sent again after resume, with the same id and before what was written since', async () => {
  const made = await here();
  const { client, socket, sent } = made;
  const first = client.send('1', { text: 'a', reply_to: 3 });
  const { client_msg_id } = socket().last('message.send').data;
  await cutAndBack(made);
  client.send('1', 'b');
  assert.deepEqual(sent('message.send'), []);
  await greet(made);
  const again = { channel: '1', text: 'a', reply_to: 3, client_msg_id };
  assert.deepEqual(sent('message.send').map(({ data }) => data), [again]);
  socket().answer('message.send', reply(11, { duplicate: true }));
  assert.equal((await first).duplicate, true);
  await settled();
  assert.equal(socket().last('message.send').data.text, 'b');
});

test('what the replay shows to have arrived is not sent again, and its promise is kept', async () => {
  const made = await here();
  const { client, socket, sent } = made;
  const promised = client.send('1', 'a');
  const { client_msg_id } = socket().last('message.send').data;
  await cutAndBack(made);
  socket().say({ type: 'hello', data: {} });
  socket().say(said(11, { sender: '108', client_msg_id }));
  socket().answer('resume', { me_seq: 76, states: [] });
  await settled();
  assert.deepEqual([sent('message.send'), client.outbox.items], [[], []]);
  const { message_number, duplicate } = await promised;
  assert.deepEqual([message_number, duplicate], [11, true]);
});

test('another’s message of the same id settles nothing', async () => {
  const { client, socket } = await here();
  client.send('1', 'a');
  const { client_msg_id } = socket().last('message.send').data;
  socket().say(said(11, { client_msg_id }));
  assert.equal(client.outbox.items.length, 1);
});

test('what was written outlives a reload and is sent by the next page, in its order', async () => {
  const storage = new FakeStorage();
  const before = world({ storage, user: '108' });
  before.client.connect();
  for (const text of ['a', 'b']) before.client.send('1', text).catch(() => {});
  assert.deepEqual(before.sockets, []);
  const ids = before.client.outbox.items.map((item) => item.client_msg_id);
  const { client, socket, sent } = await here({ storage });
  for (const number of [11, 12]) {
    const { client_msg_id } = socket().last('message.send').data;
    assert.equal(client_msg_id, ids[number - 11]);
    socket().answer('message.send', reply(number, { client_msg_id }));
    await settled();
  }
  assert.deepEqual([texts(sent('message.send')), client.outbox.items, storage.length], [['a', 'b'], [], 0]);
});

test('when the server asks for patience every message waits, and none overtakes another', async () => {
  const { client, socket, sent, clock } = await here();
  for (const text of ['a', 'b']) client.send('1', text);
  socket().answer('message.send', reply(11));
  await settled();
  socket().refuse('message.send', { code: 'rate_limited', temporary: true, retry_after_ms: 1200 });
  await settled();
  client.send('2', 'other');
  await clock.pass(1199);
  assert.deepEqual(texts(sent('message.send')), ['a', 'b']);
  await clock.pass(1);
  assert.deepEqual(texts(sent('message.send')), ['a', 'b', 'b', 'other']);
});

test('a message that is refused says why, keeps its place to be mended, and holds up nothing', async () => {
  const { client, socket, heard } = await here();
  const refused = client.send('1', 'a');
  client.send('1', 'b');
  const { client_msg_id } = socket().last('message.send').data;
  socket().refuse('message.send', { code: 'permission_denied', message: 'Blocked.', temporary: false });
  await assert.rejects(refused, { code: 'permission_denied' });
  await settled();
  assert.equal(socket().last('message.send').data.text, 'b');
  const [item] = client.outbox.items;
  assert.deepEqual(item.failure, { code: 'permission_denied', message: 'Blocked.' });
  assert.equal(heard.outbox.at(-1).error.code, 'permission_denied');
  const again = client.retry(client_msg_id);
  socket().answer('message.send', reply(11));
  await settled();
  assert.equal(socket().last('message.send').data.client_msg_id, client_msg_id);
  socket().answer('message.send', reply(12));
  assert.equal((await again).message_number, 12);
});

test('what is discarded is forgotten, and its promise says so', async () => {
  const made = await here();
  await cutAndBack(made);
  const promised = made.client.send('1', 'a');
  made.client.discard(made.client.outbox.items[0].client_msg_id);
  await assert.rejects(promised, { code: 'discarded' });
  await greet(made);
  assert.deepEqual(made.sent('message.send'), []);
});

test('a forwarded message is kept and retried like a written one', async () => {
  const made = await here();
  made.client.forward('1', 5, '2');
  const { client_msg_id } = made.socket().last('message.forward').data;
  await cutAndBack(made);
  await greet(made);
  assert.deepEqual(made.sent('message.forward').map(({ data }) => data), [
    { from_channel: '1', message_number: 5, to_channel: '2', client_msg_id },
  ]);
});

test('an id of one’s own is sent as it is', async () => {
  const { client, socket } = await here();
  client.send('1', { text: 'a', client_msg_id: 'order-17' });
  assert.equal(socket().last('message.send').data.client_msg_id, 'order-17');
});

test('the proof counts what a reply announced', async () => {
  const { client, socket } = await here();
  const promised = client.send('1', 'a');
  socket().answer('message.send', reply(11));
  await promised;
  assert.throws(() => client.assertComplete('1'), { seqs: [[11, 11]] });
  socket().say(said(11, { sender: '108' }));
  assert.equal(client.assertComplete('1').last_message_number, 11);
});

test('the commands are spelled as the protocol has them', async () => {
  const { client, socket } = await here();
  const commands = [
    [() => client.edit('1', 3, 'x'), 'message.edit', { channel: '1', message_number: 3, text: 'x' }],
    [() => client.delete('1', 3), 'message.delete', { channel: '1', message_number: 3, scope: 'all' }],
    [
      () => client.delete('1', [[3, 5]], 'me'),
      'message.delete',
      { channel: '1', message_numbers: [[3, 5]], scope: 'me' },
    ],
    [() => client.react('1', 3, '👍'), 'reaction.add', { channel: '1', message_number: 3, emoji: '👍' }],
    [() => client.react('1', 3, '👍', false), 'reaction.remove', { channel: '1', message_number: 3, emoji: '👍' }],
    [() => client.read('1', 3), 'read.update', { channel: '1', message_number: 3 }],
    [() => client.history('1', { before: 9, limit: 5 }), 'history.get', { channel: '1', before: 9, limit: 5 }],
    [() => client.events('1', 9), 'events.get', { channel: '1', after_seq: 9, limit: 500 }],
    [() => client.open({ username: 'bob' }), 'channel.open', { username: 'bob' }],
    [() => client.create({ name: 'Walk', members: ['2'] }), 'channel.create', { name: 'Walk', members: ['2'] }],
    [() => client.join('7'), 'channel.join', { channel: '7' }],
    [() => client.join('7', 'inv'), 'channel.join', { channel: '7', invite: 'inv' }],
    [() => client.leave('7'), 'channel.leave', { channel: '7' }],
  ];
  for (const [call, type, data] of commands) {
    const promised = call();
    assert.deepEqual(socket().last(type).data, data);
    socket().answer(type, listed());
    await promised;
  }
});

test('the routes are spelled as the protocol has them', async () => {
  const called = [];
  const fetch = async (url, { method, body }) => {
    called.push(`${method} ${url.replace('http://here/api/v1', '')} ${body ?? ''}`.trim());
    return { ok: true, status: 204, text: async () => '' };
  };
  const { client } = await here({ fetch });
  await client.pin('1', 3);
  await client.pin('1', 3, false);
  await client.pins('1');
  await client.thread('1', 3);
  await client.receipts('1', 3);
  await client.update('1', { name: 'New' });
  await client.remove('1');
  await client.members('1');
  await client.addMember('1', '5');
  await client.setRole('1', '5', 'admin');
  await client.removeMember('1', '5');
  await client.notifications('1', { level: 'none' });
  await client.publicChannels('c/d');
  assert.deepEqual(called, [
    'PUT /channels/1/messages/3/pin',
    'DELETE /channels/1/messages/3/pin',
    'GET /channels/1/pins',
    'GET /channels/1/messages/3/thread?limit=200',
    'GET /channels/1/messages/3/receipts',
    'PATCH /channels/1 {"name":"New"}',
    'DELETE /channels/1',
    'GET /channels/1/members?limit=200',
    'PUT /channels/1/members/5 {}',
    'PATCH /channels/1/members/5 {"role":"admin"}',
    'DELETE /channels/1/members/5',
    'PUT /channels/1/notifications {"level":"none"}',
    'GET /channels?public=true&limit=100&cursor=c%2Fd',
  ]);
});

test('a route that refuses the token is called once more with a fresh one, and says what was wrong', async () => {
  const used = [];
  const fetch = async (_, { headers }) => {
    used.push(headers.Authorization);
    const problem = { code: 'validation_failed', detail: 'No.', errors: [{ pointer: '/name', detail: 'Too long.' }] };
    const status = used.length === 1 ? 401 : 422;
    return { ok: false, status, headers: new Headers(), text: async () => JSON.stringify(problem) };
  };
  const { client } = await here({ fetch, token: async (renew) => (renew ? 'second' : 'first') });
  const failed = await client.update('1', { name: 'x' }).catch((error) => error);
  assert.deepEqual([used, failed.code, failed.status], [['Bearer first', 'Bearer second'], 'validation_failed', 422]);
  assert.deepEqual([failed.message, failed.explanation, failed.temporary], ['No.', 'Too long.', false]);
  const away = await here({ fetch: async () => Promise.reject(new TypeError('no')) });
  await assert.rejects(away.client.pins('1'), { code: 'unreachable', temporary: true });
});

test('writing is told once in a while, without wanting an answer', async () => {
  const { client, sent, clock } = await here();
  for (let round = 0; round < 5; round += 1) {
    client.typing('1');
    await clock.pass(1000);
  }
  client.typing('1', false);
  client.typing('1', false);
  assert.deepEqual(sent('typing.start'), [0, 1].map(() => ({ type: 'typing.start', data: { channel: '1' } })));
  assert.deepEqual(sent('typing.stop').length, 1);
});

test('what one watches and how one is are told again after a cut', async () => {
  const made = await here();
  const { client, socket, sent } = made;
  client.watch({ users: ['5', '6'] });
  socket().answer('watch');
  client.watch({ users: ['6', '7'], channels: ['1'] });
  assert.deepEqual(socket().last('watch').data, { users: ['7'], channels: ['1'] });
  client.presence('away');
  client.unwatch({ users: ['5'] });
  assert.deepEqual(socket().last('unwatch').data, { users: ['5'] });
  await cutAndBack(made);
  await greet(made);
  assert.deepEqual(sent('watch').map(({ data }) => data), [{ users: ['6', '7'], channels: ['1'] }]);
  assert.equal(socket().last('resume').data.status, 'away');
});

test('many are watched by several frames', async () => {
  const { client, socket, sent } = await here();
  client.watch({ users: range(1, 700).map(String) });
  socket().answer('watch');
  await settled();
  assert.deepEqual(sent('watch').map(({ data }) => data.users.length), [500, 200]);
});
