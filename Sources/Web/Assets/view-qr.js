// Draws a QR code.

import { encodeQR } from './qr.js';

const SVG = 'http://www.w3.org/2000/svg';
const QUIET = 4;

/** A picture, dark on light whatever the page's colours; null for a text that is too long for one. */
export function drawQR(text) {
  const rows = encodeQR(text);
  if (!rows) return null;
  const size = rows.length + 2 * QUIET;
  const dots = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : '')));
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', dots.join(''));
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('viewBox', `0 0 ${size} ${size}`);
  picture.setAttribute('class', 'qr');
  picture.setAttribute('role', 'img');
  picture.setAttribute('aria-label', 'QR code for your authenticator app');
  picture.append(path);
  return picture;
}
