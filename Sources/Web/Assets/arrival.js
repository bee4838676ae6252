// What an address asks for on arrival: a link of a letter, an invitation, or the way back from a provider.

const KINDS = new Map([
  ['reset', 'reset'],
  ['verify', 'verify'],
  ['register', 'invited'],
  ['oauth', 'provider'],
  ['oauth_error', 'refused'],
]);

/** `{kind, secret}`, or null for any other address. A secret stands behind the `#`, where no server sees it. */
export function arrivalOf(hash) {
  const match = /^#(\w+)=([^&]+)$/.exec(hash);
  const kind = match && KINDS.get(match[1]);
  if (!kind) return null;
  try {
    return { kind, secret: decodeURIComponent(match[2]) };
  } catch {
    return null;
  }
}

/** The same, taken out of the address at once, so that it stays in no history. */
export function takeArrival({ location, history }) {
  const arrived = arrivalOf(location.hash);
  if (arrived) history.replaceState(null, '', `${location.pathname}#/`);
  return arrived;
}

/** The token in what somebody pastes: an invitation, or the whole link of one. */
export const invitationIn = (text) => text.trim().replace(/^.*#register=/, '');
