// Shows what the server pushes while no page is open, and takes it back when it was read elsewhere.

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('push', (event) => event.waitUntil(pushed(messageOf(event.data))));
self.addEventListener('notificationclick', (event) => event.waitUntil(clicked(event.notification)));

function messageOf(data) {
  try {
    return data.json();
  } catch {
    return {};
  }
}

async function pushed({ type, tag, title, body, reference_type, reference_id }) {
  if (type === 'read') {
    for (const shown of await self.registration.getNotifications({ tag })) shown.close();
    return;
  }
  // A browser wants something shown for each push, whatever it was.
  const channel = ['channel', 'message'].includes(reference_type) ? reference_id.split('/')[0] : null;
  await self.registration.showNotification(title ?? 'Confab', {
    body: body ?? 'There is something new',
    tag: tag ?? 'confab',
    data: { place: channel ? `/#/c/${encodeURIComponent(channel)}` : '/' },
  });
}

async function clicked(notification) {
  notification.close();
  const place = notification.data?.place ?? '/';
  const [open] = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (!open) return self.clients.openWindow(place);
  await open.focus();
  return open.navigate(new URL(place, self.location.origin).href);
}
