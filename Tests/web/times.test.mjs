import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ago, dayName, presenceText } from '../../Sources/Web/Assets/times.js';

const now = new Date(2026, 10, 18, 12, 0);
const at = (day, hour, minute) => new Date(2026, 10, day, hour, minute).toISOString();

test('how long ago is said by the minute, then by the clock, then by the day', () => {
  assert.equal(ago(at(18, 12, 0), now), 'just now');
  assert.equal(ago(at(18, 11, 13), now), '47 min ago');
  assert.match(ago(at(18, 9, 0), now), /^today at /);
  assert.equal(ago(at(17, 23, 0), now), 'yesterday');
  assert.equal(ago(at(1, 9, 0), now), dayName(at(1, 9, 0), now));
});

test('presence is what was told, and nothing where nothing was', () => {
  assert.equal(presenceText(undefined, now), '');
  assert.equal(presenceText({ status: 'busy', lastSeenAt: null }, now), 'busy');
  assert.equal(presenceText({ status: 'offline', lastSeenAt: at(18, 11, 13) }, now), 'last seen 47 min ago');
  assert.equal(presenceText({ status: 'offline', lastSeenAt: null }, now), 'offline');
});
