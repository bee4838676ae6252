import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

const web = new URL('../../Sources/Web/', import.meta.url);
const names = readdirSync(new URL('Assets', web)).sort();
const read = (name) => readFileSync(new URL(name, web), 'utf8');
const every = (name, pattern) => [...read(name).matchAll(pattern)].map(([, found]) => found);
const pages = names.filter((name) => name.endsWith('.html'));
const scripts = names.filter((name) => name.endsWith('.js'));

test('what peers write never becomes markup or code', () => {
  const dangerous = /\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|Function)\b\s*[(=+]/;
  for (const name of scripts) assert.doesNotMatch(read(`Assets/${name}`), dangerous, name);
});

test('the server serves every file of the page', () => {
  assert.deepEqual(every('../CWeb/cweb.c', /^#embed "\.\.\/Web\/Assets\/([^"]+)"$/gm), names);
  assert.deepEqual(every('../CWeb/cweb.c', /^ {4}FILE\("([^"]+)",/gm), names);
});

test('every module of the page is needed, and client.js needs none', () => {
  const imports = (name) => every(`Assets/${name}`, /^import .* from '\.\/(.+)';$/gm);
  // Each page begins with one, and the browser itself asks for the worker.
  const needed = new Set(['app.js', 'courses.js', 'sw.js', ...scripts.flatMap(imports)]);
  assert.deepEqual([...needed].sort(), scripts);
  assert.deepEqual(imports('client.js'), []);
});

test('every id that the page looks for is in it, once', () => {
  const ids = pages.flatMap((page) => every(`Assets/${page}`, / id="([^"]+)"/g));
  assert.equal(new Set(ids).size, ids.length);
  const wanted = scripts.flatMap((name) => every(`Assets/${name}`, /byId\('([^']+)'\)/g));
  assert.deepEqual(wanted.filter((id) => !ids.includes(id)), []);
});
