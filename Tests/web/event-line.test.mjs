import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventLine } from '../../Sources/Web/Assets/event-line.js';

function fed(start, events) {
  const line = new EventLine(start);
  const seen = [];
  for (const event of events) line.take(event, ({ seq }) => seen.push(seq));
  return { line, seen };
}

test('every order of arrival gives the same order of events, each once', () => {
  const numbers = [4, 5, 6, 7, 8];
  let state = 1;
  const chance = () => (state = (state * 48271) % 2147483647) / 2147483647;
  for (let round = 0; round < 200; round += 1) {
    const arrived = [...numbers, ...numbers].map((seq) => [chance(), { seq }]).sort(([a], [b]) => a - b);
    const { line, seen } = fed(3, arrived.map(([, event]) => event));
    assert.deepEqual(seen, numbers);
    assert.equal(line.behind, false);
  }
});

test('a hole holds back what comes after it', () => {
  const { line, seen } = fed(10, [{ seq: 11 }, { seq: 13 }, { seq: 14 }]);
  assert.deepEqual([seen, line.seq, line.behind, line.nextKnown], [[11], 11, true, 12]);
});

test('one void stands for a run', () => {
  const { line, seen } = fed(0, [{ seq: 1 }, { seq: 2, to_seq: 40, type: 'void' }, { seq: 41 }]);
  assert.deepEqual([seen, line.seq, line.behind], [[1, 2, 41], 41, false]);
});

test('being told of a later number is being behind', () => {
  const line = new EventLine(5);
  line.expect(9);
  assert.equal(line.behind, true);
  line.expect(undefined);
  assert.equal(line.nextKnown, 9);
});

test('events that are gone for ever are stepped over', () => {
  const { line, seen } = fed(2, [{ seq: 50 }, { seq: 52 }]);
  line.skipTo(49, ({ seq }) => seen.push(seq));
  assert.deepEqual([seen, line.seq, line.behind], [[50], 50, true]);
});
