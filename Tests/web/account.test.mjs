import assert from 'node:assert/strict';
import { test } from 'node:test';
import { titleOf } from '../../Sources/Web/Assets/account-devices.js';
import { changesOf, habits } from '../../Sources/Web/Assets/account-profile.js';
import { deviceName } from '../../Sources/Web/Assets/device-name.js';
import { OwnAccount } from '../../Sources/Web/Assets/own-account.js';
import { FieldError, partsOf } from '../../Sources/Web/Assets/refusal.js';

const AGENTS = {
  'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0': 'Firefox on Linux',
  'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36': 'Chrome on Windows',
  'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0': 'Edge on Windows',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605.1 Version/17.4 Safari/605.1': 'Safari on Mac',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1': 'Safari on iPhone',
  'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36': 'Chrome on Android',
};

test('a device is called by its browser and its system', () => {
  for (const [agent, name] of Object.entries(AGENTS)) assert.equal(deviceName(agent), name);
  assert.equal(deviceName('curl/8.0'), null);
});

test('in the list a device has its own name, or what its client says it is', () => {
  const user_agent = Object.keys(AGENTS)[0];
  assert.equal(titleOf({ device: 'My laptop', user_agent }), 'My laptop');
  assert.equal(titleOf({ device: null, user_agent }), 'Firefox on Linux');
  assert.equal(titleOf({ device: null, user_agent: 'curl/8.0' }), 'curl/8.0');
  assert.equal(titleOf({ device: null }), 'Unknown device');
});

test('only what was changed of a profile is sent, and what was emptied is taken away', () => {
  const before = { display_name: 'Ann', bio: 'Hello', locale: null, date_of_birth: null };
  const after = { display_name: 'Ann', bio: '', locale: 'de', date_of_birth: '' };
  assert.deepEqual(changesOf(before, after), { bio: null, locale: 'de' });
});

test('language and time zone are the browser’s where the account has none', () => {
  const browser = { languages: ['pt-BR', 'en'], timeZone: 'America/Sao_Paulo' };
  assert.deepEqual(habits({ locale: null, time_zone: null }, browser), {
    locale: 'pt-BR',
    time_zone: 'America/Sao_Paulo',
  });
  assert.deepEqual(habits({ locale: 'de', time_zone: 'Europe/Berlin' }, browser), {
    locale: 'de',
    time_zone: 'Europe/Berlin',
  });
});

test('a refusal is told at the fields that it is about', () => {
  const error = {
    message: 'not valid',
    errors: [
      { pointer: '/username', detail: 'too long' },
      { pointer: '/username', detail: 'and not letters' },
      { pointer: '/token', detail: 'the link is spent' },
    ],
  };
  const expected = { fields: { username: 'too long and not letters' }, rest: 'the link is spent' };
  assert.deepEqual(partsOf(error, ['username', 'password']), expected);
  assert.deepEqual(partsOf(error, []).rest, 'too long and not letters the link is spent');
  assert.deepEqual(partsOf(new Error('wrong'), ['username']), { fields: {}, rest: 'wrong' });
  assert.deepEqual(partsOf(new FieldError('code', 'Please.'), ['code']), { fields: { code: 'Please.' }, rest: '' });
});

test('one’s account is changed by its routes, and what was left empty is not sent', async () => {
  const asked = [];
  const own = new OwnAccount(async (...call) => (asked.push(call), { items: [] }));
  await own.setPassword('', 'new');
  await own.erase({ password: '', messages: true });
  await own.removeFactor('123456');
  await own.block('7', false);
  await own.endDevice('a/b');
  assert.deepEqual(asked, [
    ['POST', '/auth/password/set', { password: 'new' }],
    ['DELETE', '/users/me?messages=delete', {}],
    ['DELETE', '/auth/totp', { code: '123456' }],
    ['DELETE', '/users/7/block'],
    ['DELETE', '/auth/sessions/a%2Fb'],
  ]);
  assert.deepEqual(await own.devices(), []);
});

test('one\u2019s data is waited for, and named by its file', async () => {
  const states = ['queued', 'running', 'done'];
  const asked = [];
  const own = new OwnAccount(async (method, path) => {
    asked.push(path);
    return { id: '7', state: states.shift(), result: { file_id: 'f' }, errors: [] };
  });
  assert.equal(await own.gather({ wait: async () => {} }), 'f');
  assert.deepEqual(asked, ['/users/me/export', '/jobs/7', '/jobs/7']);
});

test('one\u2019s data is there as soon as the socket says so, however long asking would wait', async () => {
  const job = { id: '7', kind: 'export', state: 'queued', result: null, errors: [] };
  const done = { ...job, state: 'done', result: { file_id: 'f' } };
  for (const early of [true, false]) {
    const asked = [];
    let tell;
    let stopped = 0;
    const own = new OwnAccount(
      async (method, path) => {
        asked.push(path);
        // Word may come before the answer that names the job.
        if (early) tell({ data: done });
        else setTimeout(() => ['6', '7'].forEach((id) => tell({ data: { ...done, id } })), 5);
        return job;
      },
      (type, listener) => {
        assert.equal(type, 'job.updated');
        tell = listener;
        return () => (stopped += 1);
      },
    );
    assert.equal(await own.gather({ wait: () => new Promise(() => {}) }), 'f');
    assert.deepEqual(asked, ['/users/me/export']);
    assert.equal(stopped, 1);
  }
});

test('one\u2019s data that cannot be made is told as the server says it', async () => {
  const own = new OwnAccount(async () => ({ id: '7', state: 'failed', errors: [{ detail: 'no room' }] }));
  await assert.rejects(own.gather(), /no room/);
});
