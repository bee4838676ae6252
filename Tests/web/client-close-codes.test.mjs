import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffDelay, planAfterClose } from '../../Sources/Web/Assets/client.js';

const half = () => 0.5;

test('a refused token, a blocked user and a revoked session lead back to the login', () => {
  for (const code of [4001, 4003, 4009]) assert.deepEqual(planAfterClose({ code }), { kind: 'sign-in' });
});

test('the rest of 4000 to 4099, known or not, and what a client must mend stop', () => {
  for (const code of [4000, 4004, 4005, 4006, 4008, 4042, 4099, 1003, 1007, 1009]) {
    assert.equal(planAfterClose({ code }).kind, 'stop');
  }
});

test('4100 to 4199 back off, further each time and never to nothing', () => {
  for (const code of [4100, 4101, 4102, 4103, 4150, 4199]) {
    assert.deepEqual(planAfterClose({ code, attempt: 0, random: half }), { kind: 'retry', delay: 1100, renew: false });
    assert.equal(planAfterClose({ code, attempt: 2, random: half }).delay, 4100);
  }
});

test('4200 to 4299 come back at once, but only once', () => {
  for (const code of [4200, 4201, 4203, 4250, 4299]) {
    assert.deepEqual(planAfterClose({ code, attempt: 0 }), { kind: 'retry', delay: 0, renew: false });
    assert.ok(planAfterClose({ code, attempt: 1, random: half }).delay > 0);
  }
});

test('an expired token is renewed before coming back', () => {
  assert.equal(planAfterClose({ code: 4202 }).renew, true);
});

test('the delay that the server asks for is kept to', () => {
  assert.equal(planAfterClose({ code: 4200, hintMs: 3170 }).delay, 3170);
  assert.equal(planAfterClose({ code: 4101, hintMs: 60000, random: half }).delay, 60000);
  assert.equal(planAfterClose({ code: 1006, hintMs: 50000, attempt: 9, random: half }).delay, 50000);
});

test('a cut connection backs off within bounds, spread from nearly nothing to the ceiling', () => {
  for (const code of [1000, 1001, 1005, 1006, 1011, 3000, 4999]) assert.equal(planAfterClose({ code }).kind, 'retry');
  assert.equal(backoffDelay(0, () => 0), 100);
  assert.equal(backoffDelay(0, () => 1), 1100);
  assert.equal(backoffDelay(3, () => 1), 8100);
  assert.equal(backoffDelay(1000, () => 1), 30100);
});
