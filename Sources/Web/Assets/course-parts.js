// Small pieces that the pages of courses are made of.

import { element } from './dom.js';

export const button = (text, className, act) => {
  const made = element('button', className, text);
  made.type = 'button';
  made.onclick = act;
  return made;
};

export const anchor = (text, target, className = '') => {
  const made = element('a', className, text);
  made.href = target;
  return made;
};

/** How far, as a bar that says it in words too. */
export function bar(percent, label) {
  const made = element('progress');
  made.max = 100;
  made.value = percent;
  made.setAttribute('aria-label', `${label}: ${percent} percent`);
  return made;
}

export const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;

/** A table of rows whose first column names them. */
export function table(head, rows) {
  const line = (tag, cells) => element('tr', '', ...cells.map((cell) => element(tag, '', String(cell ?? '–'))));
  return element(
    'table', 'figures', element('thead', '', line('th', head)),
    element('tbody', '', ...rows.map((row) => line('td', row))),
  );
}

/** Percent of what is told in thousandths. */
export const percent = (thousandths) => (thousandths === null ? '–' : `${thousandths / 10} %`);
