// The pages of courses: who is signed in here is so in the chat, and the other way round.

import { Accounts } from './accounts.js';
import { ConfabClient } from './client.js';
import { anchor } from './course-parts.js';
import { deviceName } from './device-name.js';
import { byId, element, showError } from './dom.js';
import { Session } from './session.js';
import { showCatalogue } from './view-catalogue.js';
import { CourseChat } from './view-course-chat.js';
import { showCourse, showLesson } from './view-course.js';
import { FileShelf } from './view-files.js';
import { showQuiz } from './view-quiz.js';
import { showPeople } from './view-teach-people.js';
import { showQuizEditor } from './view-teach-quiz.js';
import { showTeaching } from './view-teach.js';

const accounts = new Accounts({ device: deviceName(navigator.userAgent) });
const session = new Session({ api: accounts, kept: localStorage, tab: sessionStorage, locks: navigator.locks });
const user = session.current?.user ?? null;
const client = user && new ConfabClient({
  token: (renew) => session.token(renew),
  user: user.id,
  storage: session.storage,
  client: { name: 'courses', version: '0.1' },
});

/** Without an account only what is public is asked for. */
async function ask(method, path, body) {
  if (client) return client.rest(method, path, body);
  const answer = await fetch(`/api/v1${path}`);
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.detail);
  return json;
}

const chat = new CourseChat({ client, user });
const shelf = client && new FileShelf((id, how) => client.download(id, how));
let turn = 0;
let deaf = [];

const PAGES = [
  [/^#\/c\/([^/]+)$/, showCourse],
  [/^#\/c\/([^/]+)\/l\/(\d+)$/, showLesson],
  [/^#\/c\/([^/]+)\/q\/(\d+)$/, showQuiz],
  [/^#\/c\/([^/]+)\/teach$/, showTeaching],
  [/^#\/c\/([^/]+)\/people$/, showPeople],
  [/^#\/c\/([^/]+)\/teach\/q\/(\d+|new)$/, showQuizEditor],
  [/^(?:#\/(mine)?)?$/, showCatalogue],
];

/** Shows what the address says; what was begun for another address comes to nothing. */
async function go() {
  const mine = (turn += 1);
  const place = location.hash;
  for (const stop of deaf.splice(0)) stop();
  const [pattern, show] = PAGES.find(([pattern]) => pattern.test(place)) ?? PAGES.at(-1);
  const page = element('div');
  const context = {
    ask, user, page, shelf,
    upload: (file) => client.upload(file),
    isCurrent: () => mine === turn,
    again: () => mine === turn && go(),
    beside: (course) => mine === turn && chat.show(course),
    attempt: (run) => attempt(run, () => mine === turn),
    on: (type, hear) => client && mine === turn && deaf.push(client.on(type, hear)),
  };
  showError(byId('courses-notice'), '');
  try {
    await show(context, ...(pattern.exec(place) ?? []).slice(1).map((part) => part && decodeURIComponent(part)));
  } catch (error) {
    page.append(element('p', 'error', error.explanation ?? error.message));
  }
  if (mine !== turn) return;
  if (!/^#\/c\//.test(place)) chat.show(null);
  byId('courses-main').replaceChildren(page);
  arrive(page, place);
}

let shown = null;

/** Who comes by keyboard or listens goes on at the new page's heading; one that is drawn again leaves them be. */
function arrive(page, place) {
  const heading = page.querySelector('h1');
  document.title = `${heading?.textContent ?? 'Courses'} – Confab`;
  heading?.setAttribute('tabindex', '-1');
  if (shown !== null && shown !== place) {
    byId('courses-main').scrollTop = 0;
    heading?.focus();
  }
  shown = place;
}

/** Does something that may be refused, and says so above the page. */
async function attempt(run, isWanted) {
  showError(byId('courses-notice'), '');
  try {
    return await run();
  } catch (error) {
    if (isWanted()) showError(byId('courses-notice'), error.explanation ?? error.message);
    return undefined;
  }
}

byId('courses-nav').append(
  ...(user ? [anchor('My courses', '#/mine')] : []), anchor(user ? 'Chat' : 'Sign in', '/'),
);
window.addEventListener('hashchange', go);
client?.connect().catch(() => {});
go();
