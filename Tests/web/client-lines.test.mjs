import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventLine, RangeSet } from '../../Sources/Web/Assets/client.js';

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

test('what waits behind a hole is bounded, and what was dropped is known to be missing', () => {
  const { line, seen } = fed(0, Array.from({ length: 3000 }, (_, index) => ({ seq: index + 2 })));
  assert.deepEqual([seen, line.behind], [[], true]);
  line.take({ seq: 1 }, ({ seq }) => seen.push(seq));
  assert.deepEqual([seen.length, line.seq, line.target, line.behind], [1001, 1001, 3001, true]);
});

test('a set of ranges holds what a set of numbers holds', () => {
  let state = 7;
  const chance = () => (state = (state * 48271) % 2147483647) / 2147483647;
  for (let round = 0; round < 200; round += 1) {
    const ranges = new RangeSet();
    const numbers = new Set();
    for (let step = 0; step < 12; step += 1) {
      const from = 1 + Math.floor(chance() * 40);
      const to = from + Math.floor(chance() * 5);
      ranges.add(from, to);
      for (let number = from; number <= to; number += 1) numbers.add(number);
    }
    const missing = Array.from({ length: 50 }, (_, index) => index + 1).filter((number) => !numbers.has(number));
    const named = ranges.missing(1, 50).flatMap(([from, to]) => {
      return Array.from({ length: to - from + 1 }, (_, index) => from + index);
    });
    assert.deepEqual(named, missing);
    for (const [index, [from]] of ranges.ranges.entries()) if (index) assert.ok(ranges.ranges[index - 1][1] + 1 < from);
  }
});

const said = (seq, message_number) => ({ seq, type: 'message.created', data: { message_number } });
const proof = (start, lastNumber, events) => {
  const line = new EventLine(start, lastNumber);
  for (const event of events) line.take(event, () => {});
  return line.proof;
};

test('a whole line proves it', () => {
  const { from, to, seqs, numbers, repeated } = proof(10, 4, [said(11, 5), { seq: 12 }, said(13, 6)]);
  assert.deepEqual([from, to, seqs, numbers, repeated], [11, 13, [], [], []]);
});

test('the proof names the holes of both numbers', () => {
  const { seqs } = proof(10, 4, [said(11, 5), said(14, 7), said(17, 9)]);
  assert.deepEqual(seqs, [[12, 17]], 'what waits behind a hole was not handed on');
  const { numbers, repeated } = proof(10, 4, [said(11, 7), said(12, 7), said(13, 8)]);
  assert.deepEqual([numbers, repeated], [[[5, 6]], [7]]);
});

test('a void may stand for as many messages as it has numbers, and for no more', () => {
  const run = { seq: 11, to_seq: 12, type: 'void' };
  assert.deepEqual(proof(10, 4, [run, said(13, 7)]).numbers, []);
  assert.deepEqual(proof(10, 4, [run, said(13, 8)]).numbers, [[5, 7]]);
});

test('an event that was announced and has not come is missing', () => {
  const line = new EventLine(3);
  line.hear(5);
  assert.deepEqual([line.proof.seqs, line.behind], [[[4, 5]], false]);
});
