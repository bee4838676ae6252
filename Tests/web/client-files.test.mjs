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

/** A server that speaks tus, and cuts requests off after so many bytes. */
function resumable(cuts) {
  const there = { bytes: Buffer.alloc(0), asked: [] };
  const answer = (status, fields = {}, body = null) => ({
    status,
    ok: status < 300,
    text: async () => (body ? JSON.stringify(body) : ''),
    headers: new Map(Object.entries(fields)),
  });
  const fetch = async (url, { method, headers, body }) => {
    there.asked.push(`${method} ${url.replace('http://here/api/v1', '')}`);
    if (method === 'GET') return answer(200, {}, { id: 'U1', file: FILE });
    assert.equal(headers['Tus-Resumable'], '1.0.0');
    if (method === 'POST') {
      there.begun = headers;
      return answer(201, { Location: '/api/v1/files/uploads/U1' });
    }
    if (method === 'DELETE') return answer(204);
    if (method === 'PATCH') {
      assert.equal(Number(headers['Upload-Offset']), there.bytes.length);
      const cut = cuts.shift();
      if (cut === 'busy') return answer(423, { 'Retry-After': '1' }, { code: 'idempotency_in_progress' });
      there.bytes = Buffer.concat([there.bytes, Buffer.from(await body.arrayBuffer()).subarray(0, cut)]);
      if (cut !== undefined) throw new TypeError('network');
    }
    return answer(method === 'HEAD' ? 200 : 204, { 'Upload-Offset': String(there.bytes.length) });
  };
  return { there, fetch };
}

const LARGE = Object.assign(new Blob([new Uint8Array(9000000).map((_, index) => index % 251)]), { name: 'größe.bin' });

/** Lets time pass until a promise is settled. */
async function passing(clock, promise) {
  let isSettled = false;
  promise.finally(() => (isSettled = true)).catch(() => {});
  while (!isSettled) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    await clock.pass(1000);
  }
  return promise;
}

test('a large file goes on where it was cut off, and comes whole', async () => {
  const { there, fetch } = resumable([2000000, 0, 'busy', 5000000]);
  const { client, clock } = world({ fetch });
  assert.deepEqual(await passing(clock, client.upload(LARGE)), FILE);
  assert.equal(there.begun['Upload-Length'], '9000000');
  assert.equal(there.begun['Upload-Metadata'], `filename ${Buffer.from('größe.bin').toString('base64')}`);
  assert.ok(there.bytes.equals(Buffer.from(await LARGE.arrayBuffer())));
  const uploads = '/files/uploads';
  const again = [`PATCH ${uploads}/U1`, `HEAD ${uploads}/U1`];
  assert.deepEqual(there.asked, [
    `POST ${uploads}`, ...again, ...again, ...again, ...again, `PATCH ${uploads}/U1`, `GET ${uploads}/U1`,
  ]);
});

test('a large file that never comes any further is given up, and one that its user gives up is taken away', async () => {
  const { fetch } = resumable(Array(100).fill(0));
  const lost = world({ fetch });
  await assert.rejects(passing(lost.clock, lost.client.upload(LARGE)), { code: 'unreachable', temporary: true });
  const { there, fetch: cut } = resumable([0]);
  const giveUp = new AbortController();
  const stopping = async (url, options) => {
    if (options.method === 'PATCH') giveUp.abort();
    return cut(url, options);
  };
  const stopped = world({ fetch: stopping });
  await assert.rejects(passing(stopped.clock, stopped.client.upload(LARGE, { signal: giveUp.signal })), { code: 'aborted' });
  assert.equal(there.asked.at(-1), 'DELETE /files/uploads/U1');
});

test('a file is downloaded with a token, and one that is gone is a refusal', async () => {
  const { asked, fetch } = server([200, 'bytes'], [404, { code: 'not_found' }]);
  const { client } = world({ fetch });
  assert.equal(await client.download('F1'), 'bytes');
  assert.deepEqual([asked[0].url, asked[0].headers.Authorization], ['http://here/api/v1/files/F1', 'Bearer first']);
  await assert.rejects(client.download('F2'), { code: 'not_found', status: 404 });
});

test('the small image of a file is another download, and another address', async () => {
  const { asked, fetch } = server([200, 'small']);
  const { client } = world({ fetch });
  assert.equal(await client.download('F1', { thumbnail: true }), 'small');
  assert.equal(asked[0].url, 'http://here/api/v1/files/F1/thumbnail');
  const wanted = [];
  const shelf = new FileShelf(async (id, options) => {
    wanted.push(`${id} ${options.thumbnail}`);
    return new Blob([]);
  });
  const small = await shelf.address('F1', { thumbnail: true });
  assert.notEqual(await shelf.address('F1'), small);
  assert.equal(await shelf.address('F1', { thumbnail: true }), small);
  assert.deepEqual(wanted, ['F1 true', 'F1 false']);
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
