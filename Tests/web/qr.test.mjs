import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { encodeQR } from '../../Sources/Web/Assets/qr.js';

const ADDRESS = 'otpauth://totp/Confab:ann?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Confab';
const written = (rows) => rows.map((row) => row.map(Number).join('')).join('\n');
const digest = (rows) => createHash('sha256').update(written(rows)).digest('hex').slice(0, 16);

// Made by Python's qrcode 8 (bytes, error correction M, the mask given); ZXing reads ours of each version and mask.
const MADE = [
  ['hi', 0, 1, '043e4c6b95be7301'],
  ['z'.repeat(20), 1, 2, '7cfd7616aaa22bd0'],
  ['w'.repeat(40), 2, 3, '08f32ff4030aa2e1'],
  ['v'.repeat(60), 3, 4, '342f097465bd95de'],
  [ADDRESS, 4, 5, 'fa69188a02c9595b'],
  ['s'.repeat(100), 5, 6, 'bc05b81d150d7988'],
  ['t'.repeat(120), 6, 7, '1547236feb9e1556'],
  ['y'.repeat(150), 7, 8, '86f143fbbe3bbb8b'],
  ['x'.repeat(180), 0, 9, '21e02ceea8d235cf'],
  ['é'.repeat(106), 3, 10, '4fc4e6b9bc867203'],
];

test('every version that we make is made as others make it', () => {
  for (const [text, mask, version, expected] of MADE) {
    const rows = encodeQR(text, mask);
    assert.equal(rows.length, 17 + 4 * version);
    assert.equal(digest(rows), expected, `version ${version}`);
  }
  assert.deepEqual(MADE.map(([, , version]) => version), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('the mask that is chosen is one of the eight', () => {
  const ours = written(encodeQR(ADDRESS));
  const all = [0, 1, 2, 3, 4, 5, 6, 7].map((mask) => written(encodeQR(ADDRESS, mask)));
  assert.equal(new Set(all).size, 8);
  assert.ok(all.includes(ours));
});

test('a text that is too long for them has no code', () => {
  assert.equal(encodeQR('x'.repeat(213)).length, 57);
  assert.equal(encodeQR('x'.repeat(214)), null);
  assert.equal(encodeQR('é'.repeat(107)), null);
});
