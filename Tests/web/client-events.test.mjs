import assert from 'node:assert/strict';
import { test } from 'node:test';
import { READY, cutAndBack, greet, listed, online, range, said, world } from './client-world.mjs';
import { settled } from './fake-socket.mjs';

const here = (channels = [listed()]) => online({ ready: { channels } });
const seqs = (heard, channel = '1') => heard.event.filter((event) => event.channel === channel).map(({ seq }) => seq);

/** Answers each `events.get` from a log of `last` events, until none is asked for. */
async function serveLog(made, last, { oldest = 1, channel = '1' } = {}) {
  for (let answered = 0, asked = made.sent('events.get'); answered < asked.length; asked = made.sent('events.get')) {
    const { id, data } = asked[answered];
    const from = Math.max(data.after_seq + 1, oldest);
    const events = range(from, Math.min(last, from + data.limit - 1)).map((seq) => ({ ...said(seq), channel }));
    made.socket().say({ id, ok: true, data: { events, has_more: events.at(-1)?.seq < last } });
    answered += 1;
    await settled();
  }
}

test('events come by their type and all together, and a listener may stop', async () => {
  const { client, socket, heard } = await here();
  const numbers = [];
  const stop = client.on('message.created', ({ data }) => numbers.push(data.message_number));
  socket().say(said(11));
  stop();
  socket().say(said(12));
  assert.deepEqual([numbers, seqs(heard)], [[11], [11, 12]]);
});

test('what one’s own log says of jobs and logins is passed on as it came', async () => {
  const { client, socket, heard } = await here();
  const seq = READY.me_seq + 1;
  const told = [];
  for (const type of ['job.updated', 'session.revoked']) client.on(type, (frame) => told.push(frame));
  const frames = [
    { type: 'job.updated', channel: '@me', seq, data: { id: '7', kind: 'export', state: 'done' } },
    { type: 'session.revoked', channel: '@me', seq: seq + 1, data: { id: 'f'.repeat(32) } },
  ];
  for (const frame of frames) socket().say(frame);
  assert.deepEqual([told, heard.error], [frames, []]);
});

test('who hears of being there can ask at once', async () => {
  const made = world();
  for (const type of ['ready', 'resumed', 'state']) {
    made.client.on(type, () => {
      if (made.client.phase === 'online') made.client.history('1').catch(() => {});
    });
  }
  made.client.connect();
  await settled();
  await greet(made, { channels: [listed()] });
  assert.equal(made.sent('history.get').length, 2);
  await cutAndBack(made);
  await greet(made);
  assert.equal(made.sent('history.get').length, 2);
});

test('a listener that throws harms nobody else', async () => {
  const { client, socket, heard } = await here();
  client.on('message.created', () => {
    throw new Error('mine');
  });
  socket().say(said(11));
  socket().say(said(12));
  assert.deepEqual([seqs(heard), heard.error.map(({ message }) => message)], [[11, 12], ['mine', 'mine']]);
});

test('a hole is filled by events.get from just before it; each event comes once and in order', async () => {
  const made = await here();
  const { socket, heard, sent, client } = made;
  for (const seq of [11, 14, 15, 14]) socket().say(said(seq));
  assert.deepEqual(sent('events.get').map(({ data }) => data), [{ channel: '1', after_seq: 11, limit: 500 }]);
  assert.deepEqual(seqs(heard), [11]);
  assert.throws(() => client.assertComplete('1'), { seqs: [[12, 15]], message: '1: seq 12-15 not seen' });
  await serveLog(made, 15);
  assert.deepEqual(seqs(heard), range(11, 15));
  assert.deepEqual(client.assertComplete('1'), { channel: '1', from_seq: 11, to_seq: 15, last_message_number: 15 });
  assert.deepEqual([sent('events.get').length, heard.gap], [1, []]);
});

test('a void keeps the numbers dense, alone or for a run', async () => {
  const { client, socket, heard, sent } = await here();
  socket().say({ type: 'void', channel: '1', seq: 11, to_seq: 11 });
  socket().say({ type: 'void', channel: '1', seq: 12, to_seq: 14 });
  socket().say(said(15));
  assert.deepEqual([sent('events.get'), seqs(heard)], [[], [11, 12, 15]]);
  assert.equal(client.assertComplete('1').to_seq, 15);
});

test('one’s own line is held to the same', async () => {
  const { client, socket, heard, sent } = await here();
  const hidden = { type: 'message.hidden', channel: '@me', data: { channel: '1', message_numbers: [[3, 3]] } };
  socket().say({ ...hidden, seq: 78 });
  assert.deepEqual(sent('events.get')[0].data, { channel: '@me', after_seq: 76, limit: 500 });
  const events = [77, 78].map((seq) => ({ ...hidden, seq }));
  socket().answer('events.get', { events, has_more: false });
  await settled();
  assert.deepEqual([seqs(heard, '@me'), client.assertComplete('@me').to_seq], [[77, 78], 78]);
});

test('what resume names in more is read page by page, and what is new meanwhile comes behind it', async () => {
  const made = await here();
  await cutAndBack(made);
  const { socket, heard, client } = made;
  const states = [{ channel: '1', seq: 1700, last_message_number: 1700 }];
  await greet(made, { states, more: [{ channel: '1', from_seq: 11, to_seq: 1700 }] });
  socket().say(said(1701));
  assert.deepEqual(seqs(heard), []);
  await serveLog(made, 1701);
  assert.deepEqual(seqs(heard), range(11, 1701));
  assert.equal(client.assertComplete('1').to_seq, 1701);
});

test('what the server has no more is told before what follows it, and no proof is given', async () => {
  const made = await here();
  await cutAndBack(made);
  const { socket, heard, client } = made;
  const order = [];
  client.on('gap', ({ from_seq, to_seq }) => order.push([from_seq, to_seq]));
  client.on('message.created', ({ seq }) => order.push(seq));
  socket().say({ type: 'hello', data: {} });
  for (const seq of [4000, 4001]) socket().say(said(seq));
  socket().answer('resume', { me_seq: 76, gaps: [{ channel: '1', have_seq: 10, oldest_seq: 4000 }], states: [] });
  assert.deepEqual(order, [[11, 3999], 4000, 4001]);
  assert.deepEqual(heard.gap, [{ channel: '1', from_seq: 11, to_seq: 3999 }]);
  assert.throws(() => client.assertComplete('1'), { code: 'incomplete', seqs: [[11, 3999]] });
});

test('a hole that the server cannot fill is stepped over once, and told', async () => {
  const made = await here();
  made.socket().say(said(40));
  made.socket().answer('events.get', { events: [], has_more: false });
  await settled();
  assert.deepEqual([made.heard.gap, seqs(made.heard)], [[{ channel: '1', from_seq: 11, to_seq: 39 }], [40]]);
  assert.equal(made.sent('events.get').length, 1);
});

test('a channel that is added is followed from where it is said to stand', async () => {
  const { client, socket, heard, sent } = await here();
  socket().say({ type: 'channel.added', channel: '@me', seq: 77, data: listed({ channel: '9', seq: 1 }) });
  socket().say({ ...said(1), channel: '9' });
  socket().say({ ...said(2), channel: '9' });
  assert.deepEqual([seqs(heard, '9'), client.position.channels['9'], sent('events.get')], [[2], 2, []]);
});

test('events that were faster than their channel are read when it is known', async () => {
  const made = await here();
  const { socket, heard, sent } = made;
  for (const seq of [2, 3]) socket().say({ ...said(seq), channel: '9' });
  assert.deepEqual(seqs(heard, '9'), []);
  socket().say({ type: 'channel.added', channel: '@me', seq: 77, data: listed({ channel: '9', seq: 1 }) });
  assert.deepEqual(sent('events.get').map(({ data }) => [data.channel, data.after_seq]), [['9', 1]]);
  await serveLog(made, 3, { channel: '9' });
  assert.deepEqual(seqs(heard, '9'), [2, 3]);
});

test('a channel that was left is gone, also from the next resume; one that was joined anew starts there', async () => {
  const made = await here();
  const { client, socket, heard } = made;
  socket().say({ type: 'channel.removed', channel: '@me', seq: 77, data: { channel: '1', reason: 'left' } });
  assert.deepEqual([client.channels, client.position.channels], [[], {}]);
  socket().say({ type: 'channel.added', channel: '@me', seq: 78, data: listed({ seq: 30, last_message_number: 30 }) });
  socket().say(said(31));
  assert.deepEqual(seqs(heard), [31]);
  await cutAndBack(made);
  await greet(made, { me_seq: 78, removed: ['1'], added: [listed({ channel: '5', seq: 2 })] });
  assert.deepEqual(client.channels, ['5']);
});

test('states without a number are handed on as they come', async () => {
  const { socket, heard } = await here();
  const types = ['receipt.updated', 'typing', 'presence'];
  for (const type of types) socket().say({ type, channel: '1', data: { user: '109' } });
  assert.deepEqual(heard.event.map(({ type }) => type), types);
});

test('many lines that lack events are mended a few at a time', async () => {
  const channels = range(1, 20).map((number) => listed({ channel: String(number) }));
  const made = await here(channels);
  await cutAndBack(made);
  await greet(made, { states: channels.map(({ channel }) => ({ channel, seq: 11 })) });
  assert.equal(made.sent('events.get').length, 4);
  for (let answered = 0; answered < 20; answered += 1) {
    const { id, data } = made.sent('events.get')[answered];
    made.socket().say({ id, ok: true, data: { events: [{ ...said(11), channel: data.channel }], has_more: false } });
    await settled();
  }
  for (const { channel } of channels) assert.equal(made.client.assertComplete(channel).to_seq, 11);
});

test('a server that is busy is asked again for what is missing, when it said', async () => {
  const made = await here();
  made.socket().say(said(12));
  made.socket().refuse('events.get', { code: 'overloaded', temporary: true, retry_after_ms: 700 });
  await settled();
  await made.clock.pass(699);
  assert.equal(made.sent('events.get').length, 1);
  await made.clock.pass(1);
  await serveLog({ ...made, sent: (type) => made.sent(type).slice(1) }, 12);
  assert.deepEqual(seqs(made.heard), [11, 12]);
});

test('the channels beyond a greeting are read over REST', async () => {
  const last = { items: [listed({ channel: '2' })], next_cursor: null };
  const pages = { '': { items: [listed()], next_cursor: 'n' }, n: last };
  const asked = [];
  const fetch = async (url, { headers }) => {
    asked.push([url, headers.Authorization]);
    const cursor = new URL(url).searchParams.get('cursor') ?? '';
    return { ok: true, status: 200, text: async () => JSON.stringify(pages[cursor]) };
  };
  const { client, heard } = await online({ ready: { channels: [listed()], more_channels: true }, fetch });
  for (let round = 0; round < 5; round += 1) await settled();
  assert.deepEqual(asked[0], ['http://here/api/v1/channels?limit=200', 'Bearer first']);
  assert.deepEqual([client.channels, heard.channels.flat().map(({ channel }) => channel)], [['1', '2'], ['2']]);
});

test('whatever is lost, doubled and shuffled on the way, all is seen once and in order', async () => {
  let state = 11;
  const chance = () => (state = (state * 48271) % 2147483647) / 2147483647;
  for (let round = 0; round < 20; round += 1) {
    const made = await here([listed({ seq: 0, last_message_number: 0 })]);
    const last = 60;
    for (let seq = 1; seq <= last; seq += 1) {
      if (chance() < 0.2 && seq < last) continue;
      made.socket().say(said(seq));
      if (chance() < 0.2) made.socket().say(said(Math.max(1, seq - Math.floor(chance() * 5))));
      if (chance() < 0.05) {
        await cutAndBack(made);
        made.socket().say({ type: 'hello', data: {} });
        const { data } = made.socket().last('resume');
        for (const missed of range(data.channels['1'] + 1, seq)) made.socket().say(said(missed));
        made.socket().answer('resume', { me_seq: 76, states: [{ channel: '1', seq }] });
        await settled();
      }
    }
    await serveLog(made, last);
    assert.deepEqual(seqs(made.heard), range(1, last));
    assert.equal(made.client.assertComplete('1').to_seq, last);
  }
});
