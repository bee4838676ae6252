import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrivalOf, invitationIn, takeArrival } from '../../Sources/Web/Assets/arrival.js';

test('an address may ask for a new password, a confirmation, an account, or come from a provider', () => {
  const kinds = ['reset', 'verify', 'register', 'oauth', 'oauth_error'].map((name) => arrivalOf(`#${name}=a-b_c`));
  assert.deepEqual(kinds.map(({ kind }) => kind), ['reset', 'verify', 'invited', 'provider', 'refused']);
  assert.deepEqual(new Set(kinds.map(({ secret }) => secret)), new Set(['a-b_c']));
});

test('any other address asks for nothing', () => {
  for (const hash of ['', '#', '#/', '#/c/1_2', '#reset=', '#other=abc', '#reset=%E0', '#toString=x', '#reset']) {
    assert.equal(arrivalOf(hash), null, hash);
  }
});

test('the secret is taken out of the address and its history at once', () => {
  const replaced = [];
  const history = { replaceState: (...parts) => replaced.push(parts) };
  const arrived = takeArrival({ location: { hash: '#reset=abc', pathname: '/' }, history });
  assert.deepEqual([arrived, replaced], [{ kind: 'reset', secret: 'abc' }, [[null, '', '/#/']]]);
  assert.equal(takeArrival({ location: { hash: '#/c/1_2', pathname: '/' }, history }), null);
  assert.equal(replaced.length, 1);
});

test('an invitation may be pasted as its token or as the whole link', () => {
  assert.deepEqual(['abc', ' abc ', 'https://here/#register=abc'].map(invitationIn), ['abc', 'abc', 'abc']);
});
