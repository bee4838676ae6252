import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { OwnNotifications, placeOf } from '../../Sources/Web/Assets/own-notifications.js';

/** A feed whose answers a test gives. */
function world(answer) {
  const asked = [];
  const listeners = {};
  const own = new OwnNotifications({
    rest: async (...call) => {
      asked.push(call.filter((part) => part !== undefined));
      return answer(...call);
    },
    on: (type, listener) => (listeners[type] = listener),
    changed: () => (own.drawn = (own.drawn ?? 0) + 1),
  });
  return { own, asked, listeners };
}

test('what is told has the feed read once, and once more for all that came meanwhile', async () => {
  const { own, asked, listeners } = world(async () => ({ items: [{ id: '9' }], unread_count: 2 }));
  listeners.ready();
  listeners['notification.created']();
  listeners['notification.read']();
  await own.read();
  await new Promise((done) => setTimeout(done));
  await own.read();
  assert.equal(own.unread, 2);
  assert.ok(asked.length <= 3 && own.drawn === asked.length);
});

test('all are read up to the newest that is shown, and a failure leaves what was there', async () => {
  let fails = false;
  const { own, asked } = world(async (method) => {
    if (fails && method === 'GET') throw new Error('no');
    return { items: [{ id: '9' }, { id: '4' }], unread_count: 1 };
  });
  await own.readAll();
  assert.deepEqual(asked, []);
  await own.read();
  fails = true;
  await own.readAll();
  assert.deepEqual(asked[1], ['PUT', '/notifications/read', { up_to: '9' }]);
  assert.equal(own.items.length, 2);
});

test('a browser gives its subscription, and takes it back', async () => {
  const { own, asked } = world(async () => ({ public_key: 'K', kinds: ['web'] }));
  const gone = [];
  const made = {
    toJSON: () => ({ endpoint: 'https://push.example/1', keys: { p256dh: 'a', auth: 'b' }, expirationTime: null }),
    unsubscribe: async () => gone.push(1),
  };
  const wishes = [];
  const pushManager = { subscribe: async (wish) => (wishes.push(wish), made), getSubscription: async () => made };
  await own.subscribe({ pushManager }, 'web-1');
  assert.deepEqual(wishes, [{ userVisibleOnly: true, applicationServerKey: 'K' }]);
  const body = { kind: 'web', endpoint: 'https://push.example/1', keys: { p256dh: 'a', auth: 'b' } };
  assert.deepEqual(asked[1], ['PUT', '/devices/web-1', body]);
  await own.unsubscribe({ pushManager }, 'web-1');
  assert.deepEqual([gone.length, asked[2]], [1, ['DELETE', '/devices/web-1']]);
});

test('a server that does not notify browsers says so', async () => {
  const { own, asked } = world(async () => ({ public_key: 'K', kinds: ['fcm'] }));
  await assert.rejects(own.subscribe({}, 'web-1'), /does not notify browsers/);
  assert.equal(asked.length, 1);
});

test('a notification leads to its channel', () => {
  assert.equal(placeOf({ channel: '1_2' }), '#/c/1_2');
  assert.equal(placeOf({}), null);
});

/** The worker with a browser around it; `dispatch` waits for what it does. */
function worker(windows = []) {
  const listeners = {};
  const shown = [];
  const opened = [];
  const self = {
    addEventListener: (type, listener) => (listeners[type] = listener),
    location: { origin: 'https://here' },
    registration: {
      showNotification: async (title, options) =>
        shown.push({ title, ...options, close: () => shown.splice(shown.findIndex((one) => one.tag === options.tag), 1) }),
      getNotifications: async ({ tag }) => shown.filter((one) => one.tag === tag),
    },
    clients: { matchAll: async () => windows, openWindow: async (place) => opened.push(place) },
  };
  runInNewContext(readFileSync(new URL('../../Sources/Web/Assets/sw.js', import.meta.url), 'utf8'), { self, URL });
  const dispatch = async (type, event) => {
    let work;
    listeners[type]({ ...event, waitUntil: (promise) => (work = promise) });
    await work;
  };
  return { dispatch, shown, opened };
}

const data = (message) => ({ data: { json: () => message } });

test('what is pushed is shown, one of each tag, and taken back when it is read', async () => {
  const { dispatch, shown } = worker();
  const message = { type: 'mention', tag: 'channel-205', title: 'Room', body: 'ann: hello' };
  await dispatch('push', data({ ...message, reference_type: 'message', reference_id: '205/7' }));
  assert.equal(shown.length, 1);
  assert.deepEqual([shown[0].title, shown[0].body, shown[0].data.place], ['Room', 'ann: hello', '/#/c/205']);
  await dispatch('push', data({ type: 'read', tag: 'channel-1' }));
  assert.equal(shown.length, 1);
  await dispatch('push', data({ type: 'read', tag: 'channel-205' }));
  assert.equal(shown.length, 0);
});

test('what cannot be read is shown as something new', async () => {
  const { dispatch, shown } = worker();
  await dispatch('push', { data: null });
  assert.deepEqual([shown[0].title, shown[0].data.place], ['Confab', '/']);
});

test('who clicks is led to the channel, in the page that is open or in a new one', async () => {
  const went = [];
  const page = { focus: async () => {}, navigate: async (place) => went.push(place) };
  const notification = { close() {}, data: { place: '/#/c/205' } };
  await worker([page]).dispatch('notificationclick', { notification });
  assert.deepEqual(went, ['https://here/#/c/205']);
  const { dispatch, opened } = worker();
  await dispatch('notificationclick', { notification });
  assert.deepEqual(opened, ['/#/c/205']);
});
