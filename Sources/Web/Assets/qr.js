// QR codes (ISO/IEC 18004) as far as an otpauth:// address needs them: bytes, error correction M, versions 1 to 10.

// By version, from 1: error correction bytes of a block, blocks, all bytes, and where alignment patterns stand.
const VERSIONS = [
  [10, 1, 26, []],
  [16, 1, 44, [6, 18]],
  [26, 1, 70, [6, 22]],
  [18, 2, 100, [6, 26]],
  [24, 2, 134, [6, 30]],
  [16, 4, 172, [6, 34]],
  [18, 4, 196, [6, 22, 38]],
  [22, 4, 242, [6, 24, 42]],
  [22, 5, 292, [6, 26, 46]],
  [26, 5, 346, [6, 28, 50]],
];
const MASKS = [
  (x, y) => (x + y) % 2 === 0,
  (x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** Rows of modules, true for dark ones; null for a text that is too long. Any mask is read; we take the liveliest. */
export function encodeQR(text, mask) {
  const bytes = new TextEncoder().encode(text);
  const version = 1 + VERSIONS.findIndex((_, index) => bytes.length + headBytes(index + 1) <= dataBytes(index + 1));
  if (version === 0) return null;
  const blank = frame(version);
  const bits = interleave(version, dataOf(version, bytes)).flatMap((byte) => bitsOf(byte, 8));
  const masks = mask === undefined ? MASKS.keys() : [mask];
  const made = [...masks].map((each) => fill(blank, bits, each));
  return made.reduce((best, next) => (changes(next) > changes(best) ? next : best));
}

const bitsOf = (value, count) => Array.from({ length: count }, (_, index) => (value >> (count - 1 - index)) & 1);
const headBytes = (version) => (version < 10 ? 2 : 3);

function dataBytes(version) {
  const [correction, blocks, total] = VERSIONS[version - 1];
  return total - correction * blocks;
}

/** Mode, length, text, and what fills up the rest (section 7.4). */
function dataOf(version, bytes) {
  const capacity = dataBytes(version);
  const bits = [...bitsOf(4, 4), ...bitsOf(bytes.length, version < 10 ? 8 : 16)];
  for (const byte of bytes) bits.push(...bitsOf(byte, 8));
  bits.push(...bitsOf(0, 4));
  const made = [];
  for (let at = 0; at < bits.length && made.length < capacity; at += 8) {
    made.push(bits.slice(at, at + 8).reduce((sum, bit, index) => sum | (bit << (7 - index)), 0));
  }
  for (let pad = 0xec; made.length < capacity; pad ^= 0xec ^ 0x11) made.push(pad);
  return made;
}

/** Blocks with their error correction, a byte of each in turn (section 7.6). The last blocks may be one byte longer. */
function interleave(version, data) {
  const [correction, count] = VERSIONS[version - 1];
  const short = Math.floor(data.length / count);
  const longFrom = count - (data.length % count);
  const blocks = [];
  for (let index = 0, at = 0; index < count; index += 1) {
    const length = short + (index >= longFrom ? 1 : 0);
    blocks.push(data.slice(at, at + length));
    at += length;
  }
  const checks = blocks.map((block) => remainder(block, correction));
  const turns = (lists) =>
    Array.from({ length: Math.max(...lists.map((list) => list.length)) }, (_, index) =>
      lists.filter((list) => index < list.length).map((list) => list[index]),
    ).flat();
  return [...turns(blocks), ...turns(checks)];
}

/** In the field of 256 elements over x⁸ + x⁴ + x³ + x² + 1. */
function multiply(left, right) {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    product ^= ((right >> bit) & 1) * left;
  }
  return product;
}

/** Reed–Solomon: what is left of the data, divided by (x − 1)(x − 2)(x − 4)… */
function remainder(data, degree) {
  const divisor = [...Array(degree - 1).fill(0), 1];
  for (let index = 0, root = 1; index < degree; index += 1, root = multiply(root, 2)) {
    for (let place = 0; place < degree; place += 1) {
      divisor[place] = multiply(divisor[place], root) ^ (divisor[place + 1] ?? 0);
    }
  }
  const left = Array(degree).fill(0);
  for (const byte of data) {
    const factor = byte ^ left.shift();
    left.push(0);
    divisor.forEach((term, place) => (left[place] ^= multiply(term, factor)));
  }
  return left;
}

/** What is there whatever the text: undefined is where the text goes (section 6.3). */
function frame(version) {
  const size = 17 + 4 * version;
  const rows = Array.from({ length: size }, () => Array(size).fill(undefined));
  const put = (x, y, dark) => {
    if (rows[y]?.[x] !== undefined || x < 0 || x >= size || y < 0 || y >= size) return;
    rows[y][x] = dark;
  };
  const square = (x, y, radius, dark) => {
    for (let down = -radius; down <= radius; down += 1) {
      for (let right = -radius; right <= radius; right += 1) {
        put(x + right, y + down, dark(Math.max(Math.abs(right), Math.abs(down))));
      }
    }
  };
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) square(x, y, 4, (ring) => ring !== 2 && ring !== 4);
  const places = VERSIONS[version - 1][3];
  for (const x of places) {
    for (const y of places) if (rows[y][x] === undefined) square(x, y, 2, (ring) => ring !== 1);
  }
  for (let at = 8; at < size - 8; at += 1) {
    put(at, 6, at % 2 === 0);
    put(6, at, at % 2 === 0);
  }
  if (version >= 7) {
    const said = (version << 12) | rest(version, 0x1f25, 12);
    for (let index = 0; index < 18; index += 1) {
      const [near, far] = [Math.floor(index / 3), size - 11 + (index % 3)];
      put(far, near, Boolean((said >> index) & 1));
      put(near, far, Boolean((said >> index) & 1));
    }
  }
  return rows;
}

/** Of a polynomial over two elements, behind which `degree` places are made. */
function rest(value, divisor, degree) {
  let left = value << degree;
  for (let bit = 31 - Math.clz32(left); bit >= degree; bit = 31 - Math.clz32(left)) left ^= divisor << (bit - degree);
  return left;
}

/** The frame with the mask's number (section 7.9), and the text upwards and downwards in columns of two. */
function fill(blank, bits, mask) {
  const size = blank.length;
  const rows = blank.map((row) => [...row]);
  // Level M is 00.
  const said = ((mask << 10) | rest(mask, 0x537, 10)) ^ 0x5412;
  for (let index = 0; index < 15; index += 1) {
    const dark = Boolean((said >> index) & 1);
    if (index < 8) rows[8][size - 1 - index] = dark;
    else rows[size - 15 + index][8] = dark;
    if (index < 6) rows[index][8] = dark;
    else if (index < 8) rows[index + 1][8] = dark;
    else rows[8][index === 8 ? 7 : 14 - index] = dark;
  }
  rows[size - 8][8] = true;
  let next = 0;
  let up = true;
  for (let right = size - 1; right > 0; right -= 2, up = !up) {
    // The column of the timing pattern is none of them.
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      const y = up ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (rows[y][x] === undefined) rows[y][x] = Boolean(bits[next++]) !== MASKS[mask](x, y);
      }
    }
  }
  return rows;
}

/** Neighbours that differ. */
function changes(rows) {
  let count = 0;
  for (const [y, row] of rows.entries()) {
    for (const [x, dark] of row.entries()) count += (row[x + 1] !== dark) + (rows[y + 1]?.[x] !== dark);
  }
  return count;
}
