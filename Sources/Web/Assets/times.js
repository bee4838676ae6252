// How moments are said. Order never comes from here: it is the message number.

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const longDate = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const DAY_MS = 86400000;

const midnight = (when) => new Date(when.getFullYear(), when.getMonth(), when.getDate());
const daysAgo = (when, now) => Math.round((midnight(now) - midnight(when)) / DAY_MS);

export const timeOfDay = (text) => clock.format(new Date(text));

export function shortMoment(text, now = new Date()) {
  const when = new Date(text);
  const days = daysAgo(when, now);
  if (days <= 0) return clock.format(when);
  return days < 7 ? weekday.format(when) : date.format(when);
}

export function dayName(text, now = new Date()) {
  const when = new Date(text);
  const days = daysAgo(when, now);
  if (days <= 0) return 'Today';
  return days === 1 ? 'Yesterday' : longDate.format(when);
}

/** How long ago, in one word or two. */
export function ago(text, now = new Date()) {
  const minutes = Math.floor((now - new Date(text)) / 60000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  return daysAgo(new Date(text), now) <= 0 ? `today at ${timeOfDay(text)}` : dayName(text, now).replace(/^Y/, 'y');
}

const STATUS = { online: 'online', away: 'away', busy: 'busy' };

/** What is said of somebody's presence; nothing of whom nothing was told. */
export function presenceText(presence, now = new Date()) {
  if (!presence) return '';
  if (STATUS[presence.status]) return STATUS[presence.status];
  return presence.lastSeenAt ? `last seen ${ago(presence.lastSeenAt, now)}` : 'offline';
}
