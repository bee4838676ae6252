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
