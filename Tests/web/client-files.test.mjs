import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FileShelf, sizeText } from '../../Sources/Web/Assets/view-files.js';
import { world } from './client-world.mjs';

const FILE = { id: 'F1', name: 'a.txt', size: 5, content_type: 'text/plain; charset=utf-8' };

/** Answers in their order, and what was asked. */
function server(...answers) {
  const asked = [];
  const fetch = async (url, options) => {
    asked.push({ url, ...options });
    const [status, body] = answers.shift();
    const text = async () => JSON.stringify(body);
    return { status, ok: status < 300, text, blob: async () => body, headers: new Map() };
  };
  return { asked, fetch };
}

/** A request that tells of its progress, as browsers do. */
function uploader(status, body) {
  return class {
    upload = {};
    headers = {};
    open(method, url) {
      Object.assign(this, { method, url });
    }
    setRequestHeader(name, value) {
      this.headers[name] = value;
    }
    getResponseHeader() {
      return null;
    }
    send(file) {
      this.upload.onprogress({ loaded: 2, total: file.size });
      this.upload.onprogress({ loaded: file.size, total: file.size });
      Object.assign(this, { status, responseText: JSON.stringify(body) });
      this.onload();
    }
    abort() {
      this.onabort();
    }
  };
}

test('a file is uploaded with its name, and the server says what it is', async () => {
  const { asked, fetch } = server([201, FILE]);
  const { client } = world({ fetch });
  const blob = new Blob(['hello']);
  assert.deepEqual(await client.upload(blob, { name: 'ä b.txt' }), FILE);
  const [{ url, method, headers, body }] = asked;
  assert.equal(url, 'http://here/api/v1/files?name=%C3%A4%20b.txt');
  assert.deepEqual([method, headers.Authorization, body], ['POST', 'Bearer first', blob]);
});

test('progress is told where a request tells it', async () => {
  const told = [];
  const { client } = world({ XMLHttpRequest: uploader(201, FILE) });
  const file = Object.assign(new Blob(['hello']), { name: 'a.txt' });
  assert.deepEqual(await client.upload(file, { onProgress: (done) => told.push(done) }), FILE);
  assert.deepEqual(told, [{ loaded: 2, total: 5 }, { loaded: 5, total: 5 }]);
});

test('a token that is refused is renewed once, and every other refusal has its words', async () => {
  const token = async (renew) => (renew ? 'second' : 'first');
  const problem = { code: 'quota_exceeded', detail: 'too much' };
  const { asked, fetch } = server([401, {}], [409, problem]);
  const { client } = world({ fetch, token });
  await assert.rejects(client.upload(new Blob([])), { code: 'quota_exceeded', status: 409, message: 'too much' });
  assert.deepEqual(asked.map(({ headers }) => headers.Authorization), ['Bearer first', 'Bearer second']);
});

test('an upload can be given up, and one that is cut off says so', async () => {
  const fetch = async () => {
    throw new TypeError('network');
  };
  const { client } = world({ fetch, XMLHttpRequest: uploader(201, FILE) });
  await assert.rejects(client.upload(new Blob([])), { code: 'unreachable', temporary: true });
  const signal = AbortSignal.abort();
  await assert.rejects(client.upload(new Blob([]), { onProgress: () => {}, signal }), { code: 'aborted' });
});

test('a file is downloaded with a token, and one that is gone is a refusal', async () => {
  const { asked, fetch } = server([200, 'bytes'], [404, { code: 'not_found' }]);
  const { client } = world({ fetch });
  assert.equal(await client.download('F1'), 'bytes');
  assert.deepEqual([asked[0].url, asked[0].headers.Authorization], ['http://here/api/v1/files/F1', 'Bearer first']);
  await assert.rejects(client.download('F2'), { code: 'not_found', status: 404 });
});

test('a file is fetched once for all messages that show it, and again when that failed', async () => {
  let count = 0;
  const shelf = new FileShelf(async () => {
    count += 1;
    if (count === 1) throw new Error('cut');
    return new Blob([]);
  });
  await assert.rejects(shelf.address('F1'));
  const address = await shelf.address('F1');
  assert.equal(await shelf.address('F1'), address);
  assert.equal(count, 2);
});

test('sizes are told in few digits', () => {
  assert.deepEqual([0, 999, 1200, 123456, 5.2e9].map(sizeText), ['0 bytes', '999 bytes', '1.2 KB', '123 KB', '5.2 GB']);
});
