// What the server has made of somebody's Markdown, built anew of the few elements that it may consist of. It is parsed
// as a document of its own, in which nothing runs and nothing is loaded, and never put into the page as it is.

import { element } from './dom.js';

const ALLOWED = new Set(
  'P H1 H2 H3 H4 H5 H6 EM STRONG CODE PRE UL OL LI BLOCKQUOTE BR HR A DEL'.split(' '),
);
const LINK = /^(https?:|mailto:)/i;

export function richText(html) {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  return element('div', 'rich', ...copies(parsed.body));
}

function copies(node) {
  return [...node.childNodes].flatMap((child) => {
    if (child.nodeType === Node.TEXT_NODE) return [child.textContent];
    if (child.nodeType !== Node.ELEMENT_NODE) return [];
    if (!ALLOWED.has(child.tagName)) return copies(child);
    const made = element(child.tagName.toLowerCase(), '', ...copies(child));
    if (child.tagName === 'A') link(made, child.getAttribute('href') ?? '');
    return [made];
  });
}

/** A link out of the page: it learns nothing of where it was followed. */
export function link(made, target) {
  if (!LINK.test(target)) return made;
  made.href = target;
  made.target = '_blank';
  made.rel = 'noopener noreferrer nofollow';
  return made;
}
