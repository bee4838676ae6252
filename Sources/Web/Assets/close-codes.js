// What to do after a socket closed. The code's band decides, so that codes made later are obeyed too.

const FIRST_CEILING_MS = 1000;
const LAST_CEILING_MS = 30000;
const SIGN_IN_AGAIN = new Set([4001, 4003, 4009]);

/** A delay drawn evenly from below a doubling ceiling: clients that were cut together do not return together. */
export function backoffDelay(attempt, random = Math.random) {
  return 100 + Math.round(random() * Math.min(LAST_CEILING_MS, FIRST_CEILING_MS * 2 ** Math.min(attempt, 10)));
}

/** The server's reason is JSON, but a proxy's is not. */
export function readReason(text) {
  try {
    const reason = JSON.parse(text);
    return reason && typeof reason === 'object' ? reason : {};
  } catch {
    return {};
  }
}

/**
 * `attempt` counts the failures since the last connection that held; `hintMs` is the delay that the server asked for.
 * Answers `{kind: 'retry', delay, renew}`, `{kind: 'sign-in'}` or `{kind: 'stop'}`.
 */
export function planAfterClose({ code, attempt = 0, hintMs = 0, random = Math.random }) {
  if (SIGN_IN_AGAIN.has(code)) return { kind: 'sign-in' };
  if ((code >= 4000 && code <= 4099) || code === 1009) return { kind: 'stop' };
  const renew = code === 4202;
  const atOnce = code >= 4200 && code <= 4299 && attempt === 0;
  if (atOnce) return { kind: 'retry', delay: hintMs, renew };
  const step = code >= 4100 && code <= 4199 ? attempt + 1 : attempt;
  return { kind: 'retry', delay: Math.max(hintMs, backoffDelay(step, random)), renew };
}
