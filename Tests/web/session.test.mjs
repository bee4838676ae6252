import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Session } from '../../Sources/Web/Assets/session.js';
import { FakeStorage } from './fake-socket.mjs';

const answer = (number) => ({
  user: { id: '1', username: 'ann' },
  access_token: `a${number}`,
  refresh_token: `r${number}`,
  expires_in: 7200,
});

function world({ refresh }) {
  const time = { now: 0 };
  const kept = new FakeStorage();
  let turn = Promise.resolve();
  const locks = { request: (_, run) => (turn = turn.then(run, run)) };
  const tab = () => new Session({ api: { refresh }, kept, tab: new FakeStorage(), locks, now: () => time.now });
  return { time, kept, tab };
}

test('a token is used until shortly before it expires', async () => {
  const spent = [];
  const { time, tab } = world({ refresh: async (token) => (spent.push(token), answer(2)) });
  const session = tab();
  session.begin(answer(1), true);
  time.now = 7169999;
  assert.equal(await session.token(), 'a1');
  time.now = 7170000;
  assert.equal(await session.token(), 'a2');
  assert.deepEqual(spent, ['r1']);
});

test('two tabs that need a new token spend one refresh token between them', async () => {
  const spent = [];
  const { tab } = world({ refresh: async (token) => (spent.push(token), answer(spent.length + 1)) });
  const [one, two] = [tab(), tab()];
  one.begin(answer(1), true);
  assert.deepEqual(await Promise.all([one.token(true), two.token(true)]), ['a2', 'a2']);
  assert.deepEqual(spent, ['r1']);
});

test('a refused refresh needs the user; an unreachable server does not', async () => {
  const failure = { status: 0 };
  const { tab } = world({
    refresh: async () => {
      throw Object.assign(new Error('no'), failure);
    },
  });
  const session = tab();
  session.begin(answer(1), true);
  await assert.rejects(session.token(true), (error) => !error.signIn);
  failure.status = 401;
  await assert.rejects(session.token(true), { signIn: true });
});

test('without being remembered the tokens stay in the tab', async () => {
  const { kept, tab } = world({});
  const session = tab();
  session.begin(answer(1), false);
  assert.equal(kept.length, 0);
  assert.equal(await session.token(), 'a1');
  session.clear();
  await assert.rejects(session.token(), { signIn: true });
});

test('what becomes known of the user is kept, but not of somebody else', () => {
  const { tab } = world({});
  const session = tab();
  session.begin(answer(1), true);
  session.know({ id: '1', username: 'ann', display_name: 'Ann' });
  session.know({ id: '2', username: 'bob' });
  assert.deepEqual(session.current.user, { id: '1', username: 'ann', display_name: 'Ann' });
  assert.equal(session.current.access_token, 'a1');
});
