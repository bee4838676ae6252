import assert from 'node:assert/strict';
import { test } from 'node:test';
import { told } from '../../Sources/Web/Assets/account-contacts.js';
import { world } from './client-world.mjs';

const RESULT = { rows: 2, added: 1, updated: 0, unchanged: 0, duplicates: 0, failed: 1, registered: 1, errors_left_out: 0 };
const job = (state, done) => ({ id: '7', state, progress: { done, total: 2 }, result: RESULT, errors: [] });

/** Answers in their order, and what was asked. */
function server(...answers) {
  const asked = [];
  const sent = [];
  const fetch = async (url, options) => {
    if (options?.body) sent.push(options.body);
    asked.push(`${options?.method ?? 'GET'} ${url.replace('http://here/api/v1', '')}`);
    const [status, body] = answers.shift();
    return { status, ok: status < 300, text: async () => JSON.stringify(body), headers: new Map() };
  };
  return { asked, sent, fetch };
}

test('an import is followed until it has ended', async () => {
  const { asked, sent, fetch } = server([202, job('queued', 0)], [200, job('running', 1)], [200, job('done', 2)]);
  const { client } = world({ fetch });
  const heard = [];
  const options = { phoneCountry: '49', wait: async () => {}, onProgress: ({ progress }) => heard.push(progress.done) };
  const file = new Blob(['email\n']);
  assert.equal((await client.importContacts(file, options)).state, 'done');
  assert.deepEqual(sent, [file]);
  assert.deepEqual(asked, ['POST /contacts/import?phone_country=49', 'GET /jobs/7', 'GET /jobs/7']);
  assert.deepEqual(heard, [1, 2]);
});

test('an import that is given up is cancelled on the server', async () => {
  const giving = new AbortController();
  const { asked, fetch } = server([202, job('queued', 0)], [200, job('cancelled', 0)]);
  const { client } = world({ fetch: (...words) => fetch(...words).finally(() => giving.abort()) });
  const ended = await client.importContacts(new Blob(['x']), { signal: giving.signal, wait: async () => {} });
  assert.equal(ended.state, 'cancelled');
  assert.deepEqual(asked, ['POST /contacts/import', 'DELETE /jobs/7']);
});

test('a file that is refused is told by its code', async () => {
  const { fetch } = server([422, { code: 'validation_failed', detail: 'file: no', errors: [{ pointer: '/file' }] }]);
  const { client } = world({ fetch });
  await assert.rejects(client.importContacts(new Blob(['x'])), { code: 'validation_failed' });
});

test('contacts are asked for by what is wanted of them', async () => {
  const { asked, fetch } = server([200, { items: [], next_cursor: null }], [200, { items: [], next_cursor: null }]);
  const { client } = world({ fetch });
  await client.contacts();
  await client.contacts({ q: 'ä b', registered: true, limit: 5 });
  assert.deepEqual(asked, ['GET /contacts', 'GET /contacts?q=%C3%A4%20b&registered=true&limit=5']);
});

test('what came of it is said in words', () => {
  assert.equal(
    told({ result: RESULT }),
    '1 new, 0 changed, 0 known already, 1 could not be read. 1 of them are here.',
  );
});
