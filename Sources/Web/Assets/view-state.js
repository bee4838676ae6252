// Says how the connection stands, calmly: a dot beside one's name, and a line above the chat when something is amiss.

import { byId, setText } from './dom.js';

const STOPPED = {
  1009: 'This page sent something too large for the server.',
  4006: 'Too many connections are open for this account.',
  4008: 'This chat was taken over by another window.',
};

/** The seconds count down beside the sentence and not in it, so that they are not read aloud one by one. */
export function renderState({ phase, retryAt, code }, waiting, now = Date.now()) {
  const state = byId('state');
  state.dataset.phase = phase;
  setText(state, phase === 'online' ? 'Connected' : phase === 'stopped' ? 'Not connected' : 'Connecting');
  const amiss = phase === 'stopped' || phase === 'waiting' || phase === 'connecting';
  byId('banner').hidden = !amiss;
  byId('reconnect').hidden = phase === 'connecting';
  setText(byId('banner-text'), amiss ? explain(phase, code, waiting) : '');
  const seconds = Math.max(1, Math.ceil((retryAt - now) / 1000));
  const next = { waiting: `Trying again in ${seconds} s.`, connecting: 'Trying again…' };
  setText(byId('banner-wait'), next[phase] ?? '');
}

function explain(phase, code, waiting) {
  const trouble = phase === 'stopped' ? (STOPPED[code] ?? 'The server ended this connection.') : 'No connection.';
  if (waiting === 0) return trouble;
  return `${trouble} ${waiting === 1 ? 'One message is' : `${waiting} messages are`} waiting to be sent.`;
}
