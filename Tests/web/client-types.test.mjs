import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as client from '../../Sources/Web/Assets/client.js';

const assets = fileURLToPath(new URL('../../Sources/Web/Assets/', import.meta.url));
const text = readFileSync(join(assets, 'client.d.ts'), 'utf8');
const compiler = spawnSync('tsc', ['--version']).status === 0;

/** Name → members, as client.d.ts declares them. */
function declared() {
  const found = new Map();
  let members = null;
  for (const line of text.split('\n')) {
    const [, kind, name] = /^export (class|function) (\w+)/.exec(line) ?? [];
    if (kind) found.set(name, (members = new Set()));
    else if (line === '}') members = null;
    const member = /^ {2}(?:readonly )?(\w+)[(<:?]/.exec(line)?.[1];
    if (member) members?.add(member);
  }
  return found;
}

const examples = {
  ConfabClient: () => new client.ConfabClient({ url: 'http://here', token: async () => '', WebSocket: class {} }),
  ConfabError: () => new client.ConfabError(),
  IncompleteError: () => new client.IncompleteError({ channel: '1', seqs: [], numbers: [], repeated: [] }),
  EventLine: () => new client.EventLine(0),
  Outbox: () => new client.Outbox({ storage: new Map() }),
  RangeSet: () => new client.RangeSet(),
};

function membersOf(name) {
  const made = examples[name]();
  const own = Object.keys(made).filter((member) => member !== 'name');
  return new Set([...Object.getOwnPropertyNames(client[name].prototype), ...own]);
}

const types = declared();

test('the types name what the client exports, and nothing else', () => {
  assert.deepEqual([...types.keys()].sort(), Object.keys(client).sort());
});

test('the types name every member that there is', () => {
  const inherited = membersOf('ConfabError');
  for (const name of Object.keys(examples)) {
    const real = [...membersOf(name)].filter((member) => name !== 'IncompleteError' || !inherited.has(member));
    const named = [...types.get(name)].filter((member) => member !== 'constructor');
    assert.deepEqual(named.sort(), real.filter((member) => member !== 'constructor').sort(), name);
  }
});

const USE = `
import { ConfabClient, ConfabError, IncompleteError, callREST } from 'ASSETS/client.js';
const token = async (renew: boolean) => (renew ? 'b' : 'a');
const client = new ConfabClient({ url: 'https://here', token, storage: new Map() });
const stop: () => void = client.on('message.created', ({ channel, seq, data }) => {
  const number: number = data.message_number;
  const text: string | null | undefined = data.text;
  console.log(channel, seq, number, text);
});
client.on('state', ({ phase, retryAt }) => console.log(phase === 'waiting' ? retryAt : 0));
client.on('gap', ({ from_seq, to_seq }) => console.log(from_seq, to_seq));
async function use() {
  await client.connect();
  const { message_number } = await client.send('1_2', { text: 'a', reply_to: 3 });
  await client.send('1_2', 'b');
  await client.delete('1_2', [[message_number, message_number]], 'me');
  const { messages } = await client.history('1_2', { before: 9 });
  const group = await client.create({ name: 'Walk', members: ['2'], kind: 'group' });
  await client.setRole(group.channel, '2', 'admin');
  client.typing(group.channel);
  await client.presence('away');
  console.log(messages[0].reactions[0].emoji, client.assertComplete('1_2').to_seq, client.position?.channels['1_2']);
  stop();
}
use().catch((error: ConfabError | IncompleteError) => console.log(error.code, error.retryAfterMs, error.explanation));
void callREST({ method: 'GET', path: '/x' });
// @ts-expect-error: there is no such event
client.on('message.shouted', () => {});
// @ts-expect-error: a role that there is not
void client.setRole('1', '2', 'king');
`;

function compile(file, ...flags) {
  const always = ['--noEmit', '--target', 'es2022', '--module', 'es2022'];
  return spawnSync('tsc', [...always, ...flags, file], { encoding: 'utf8' });
}

test('a program in TypeScript is checked against the types', { skip: !compiler && 'no tsc here' }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'confab-types-'));
  try {
    const file = join(directory, 'use.ts');
    writeFileSync(file, USE.replace('ASSETS', assets));
    const { status, stdout } = compile(file, '--strict', '--lib', 'es2022,dom', '--moduleResolution', 'node');
    assert.equal(status, 0, stdout);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('the client itself agrees with its JSDoc', { skip: !compiler && 'no tsc here' }, () => {
  const { status, stdout } = compile(join(assets, 'client.js'), '--allowJs', '--checkJs', '--lib', 'es2022,dom');
  assert.equal(status, 0, stdout);
});
