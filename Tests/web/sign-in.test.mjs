import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Accounts } from '../../Sources/Web/Assets/accounts.js';
import { SignIn } from '../../Sources/Web/Assets/sign-in.js';

const TOKENS = { user: { id: '1', username: 'ann' }, access_token: 'a', refresh_token: 'r', expires_in: 7200 };
const PLAIN = { password: true, registration: 'open', phone: false, email: false, providers: [] };
const ALL = { ...PLAIN, phone: true, email: true, providers: ['google', 'facebook', 'other'] };

/** A server of the test's: `answers` by path, each a value, or what is thrown as a problem. */
function world(answers = {}, offers = ALL) {
  const asked = [];
  const fetch = async (path, { method, body }) => {
    const name = path.replace('/api/v1', '');
    asked.push([method, name, body === undefined ? undefined : JSON.parse(body)]);
    const { status = 200, ...answer } = answers[name] ?? { status: 404 };
    const text = status === 202 || status === 204 ? '' : JSON.stringify(answer);
    return { ok: status < 300, status, text: async () => text };
  };
  const api = new Accounts({ fetch, device: 'Firefox on Linux' });
  return { asked, api, flow: new SignIn({ api, offers }) };
}

const names = (step) => step.fields.map(({ name }) => name);
const places = (step) => step.ways.map(({ step }) => step);

test('only the ways in that the server offers are shown', () => {
  const all = world().flow.step('login');
  assert.deepEqual(places(all), ['forgot', 'phone', 'register']);
  assert.deepEqual(all.providers.map(({ href }) => href), [
    '/api/v1/auth/oauth/google/start',
    '/api/v1/auth/oauth/facebook/start',
  ]);
  assert.equal(all.fields[0].label, 'Username, e-mail or phone');
  const plain = world({}, PLAIN).flow.step('login');
  assert.deepEqual([places(plain), plain.providers], [['register'], []]);
  const closed = world({}, { ...PLAIN, registration: 'closed' }).flow.step('login');
  assert.deepEqual(closed.ways, []);
});

test('a server that does not say what it offers has passwords and open registration', async () => {
  assert.deepEqual(await world().api.methods(), PLAIN);
  const said = { '/auth/methods': { registration: 'invite', email: true } };
  assert.deepEqual(await world(said).api.methods(), { ...PLAIN, registration: 'invite', email: true });
});

test('a password signs in, and this device is named', async () => {
  const { asked, flow } = world({ '/auth/login': TOKENS });
  const next = await flow.step('login').run({ login: 'ann', password: 'p', remember: true });
  assert.deepEqual(next, { answer: TOKENS, remember: true });
  const body = { login: 'ann', password: 'p', remember: true, device: 'Firefox on Linux' };
  assert.deepEqual(asked, [['POST', '/auth/login', body]]);
});

test('a second factor is asked for by a step of its own', async () => {
  const { asked, flow } = world({
    '/auth/login': { mfa_required: true, mfa_token: 'm' },
    '/auth/login/totp': TOKENS,
  });
  const { step, given } = await flow.step('login').run({ login: 'ann', password: 'p', remember: false });
  assert.deepEqual([step, given], ['factor', { token: 'm', remember: false }]);
  const factor = flow.step(step, given);
  const recovery = factor.ways[0];
  assert.equal(flow.step(recovery.step, recovery.given).fields[0].label, 'Recovery code');
  assert.deepEqual(await factor.run({ code: '123456' }), { answer: TOKENS, remember: false });
  assert.deepEqual(asked.at(-1), ['POST', '/auth/login/totp', { mfa_token: 'm', code: '123456' }]);
});

test('a wrong code may be mended; a step that took too long begins again', async () => {
  const answer = { status: 401, code: 'invalid_credentials', detail: 'the code is wrong' };
  const { flow } = world({ '/auth/login/totp': answer });
  const step = flow.step('factor', { token: 'm', remember: true });
  await assert.rejects(step.run({ code: '1' }), { message: 'the code is wrong' });
  answer.code = 'invalid_token';
  const next = await step.run({ code: '1' });
  assert.equal(next.step, 'login');
  assert.match(next.given.notice, /sign in again/);
});

test('who has not confirmed the address is offered another link', async () => {
  const { asked, flow } = world({
    '/auth/login': { status: 403, code: 'email_not_verified' },
    '/auth/email/verification': { status: 202 },
  });
  const next = await flow.step('login').run({ login: 'ann@example.org', password: 'p', remember: true });
  assert.deepEqual(next, { step: 'unverified', given: { email: 'ann@example.org' } });
  const told = await flow.step(next.step, next.given).run({ email: 'ann@example.org' });
  assert.equal(told.step, 'told');
  assert.deepEqual(asked.at(-1), ['POST', '/auth/email/verification', { email: 'ann@example.org' }]);
});

test('registering asks for an e-mail address only where letters are sent', async () => {
  assert.deepEqual(names(world({}, PLAIN).flow.step('register')), ['username', 'password', 'remember']);
  const { asked, flow } = world({ '/auth/register': { status: 201, user: TOKENS.user, verification_required: true } });
  const step = flow.step('register');
  assert.deepEqual(names(step), ['username', 'email', 'password', 'remember']);
  const filled = { username: 'ann', email: 'ann@example.org', password: 'p', remember: true };
  const told = await step.run(filled);
  assert.equal(told.step, 'told');
  assert.match(told.given.hint, /ann@example\.org/);
  assert.deepEqual(asked[0][2], { ...filled, device: 'Firefox on Linux' });
  await step.run({ ...filled, email: '' });
  assert.equal('email' in asked[1][2], false);
});

test('by invitation, the whole link will do, and one that was opened is not asked for', async () => {
  const offers = { ...PLAIN, registration: 'invite' };
  const { asked, flow } = world({ '/auth/register': TOKENS }, offers);
  const filled = { username: 'ann', password: 'p', remember: true };
  const asking = flow.step('register');
  assert.deepEqual(names(asking), ['invite', 'username', 'password', 'remember']);
  await asking.run({ ...filled, invite: 'https://chat.example.org/#register=abc' });
  assert.equal(asked.at(-1)[2].invite, 'abc');
  await assert.rejects(asking.run({ ...filled, invite: '' }), ({ errors }) => errors[0].pointer === '/invite');
  const opened = flow.step('register', { invite: 'def' });
  assert.deepEqual(names(opened), ['username', 'password', 'remember']);
  await opened.run(filled);
  assert.equal(asked.at(-1)[2].invite, 'def');
});

test('asking for a new password always says the same, and the link leads back to signing in', async () => {
  const { asked, flow } = world({
    '/auth/password/reset': { status: 202 },
    '/auth/password/reset/confirm': { status: 204 },
  });
  const told = await flow.step('forgot').run({ login: 'nobody' });
  assert.match(told.given.hint, /^If there is such an account/);
  const next = await flow.step('reset', { token: 't' }).run({ password: 'new one' });
  assert.equal(next.step, 'login');
  assert.deepEqual(asked.at(-1), ['POST', '/auth/password/reset/confirm', { token: 't', password: 'new one' }]);
});

test('the link of a letter is spent by pressing the button, not by being opened', async () => {
  const { asked, flow } = world({ '/auth/email/verify': { verified: true } });
  const step = flow.step('verify', { token: 't' });
  assert.deepEqual(asked, []);
  assert.equal((await step.run({})).step, 'told');
  assert.deepEqual(asked, [['POST', '/auth/email/verify', { token: 't' }]]);
});

test('a code to the phone signs in, by way of the second factor where there is one', async () => {
  const { asked, flow } = world({
    '/auth/phone/start': { status: 202 },
    '/auth/phone/verify': { mfa_required: true, mfa_token: 'm' },
  });
  const next = await flow.step('phone').run({ phone: '+49 170 1234567' });
  assert.deepEqual(next, { step: 'phoneCode', given: { phone: '+49 170 1234567' } });
  const then = await flow.step(next.step, next.given).run({ code: '123456', remember: true });
  assert.equal(then.step, 'factor');
  const body = { phone: '+49 170 1234567', code: '123456', remember: true, device: 'Firefox on Linux' };
  assert.deepEqual(asked.at(-1), ['POST', '/auth/phone/verify', body]);
});

test('back from a provider, the code of the address is exchanged', async () => {
  const { asked, flow } = world({ '/auth/oauth/finish': TOKENS });
  assert.deepEqual(await flow.provider({ code: 'c', remember: true }), { answer: TOKENS, remember: true });
  assert.deepEqual(asked[0][2], { code: 'c', remember: true, device: 'Firefox on Linux' });
});

test('every way leads to a step, or ends', () => {
  const { flow } = world();
  const given = { token: 't', remember: true, phone: '1', title: '', hint: '' };
  const names = ['login', 'register', 'factor', 'forgot', 'reset', 'unverified', 'verify', 'phone', 'phoneCode', 'told'];
  for (const name of names) {
    const step = flow.step(name, given);
    assert.ok(step.title !== undefined && step.button, name);
    for (const way of step.ways) assert.ok(way.step === 'end' || names.includes(way.step), `${name}: ${way.step}`);
  }
});
