// All courses that there are, and how a teacher begins a new one.

import { anchor, button, count } from './course-parts.js';
import { element } from './dom.js';
import { makeForm } from './form.js';

export async function showCatalogue({ ask, user, page, isCurrent, again, attempt }, mine) {
  const box = element('input');
  box.type = 'search';
  box.placeholder = 'Search courses';
  box.setAttribute('aria-label', 'Search courses');
  const list = element('ul', 'course-list');
  const more = button('Show more', 'quiet', () => read(next));
  let next = null, asked = '';

  async function read(cursor) {
    const words = (asked = box.value.trim());
    const query = new URLSearchParams({ limit: 20, ...(mine && { mine: true }), ...(words && { q: words }), ...(cursor && { cursor }) });
    const found = await ask('GET', `/courses?${query}`);
    if (words !== asked || !isCurrent()) return;
    if (!cursor) list.replaceChildren();
    list.append(...found.items.map(card));
    if (!list.childElementCount) list.append(element('li', 'hint', 'There are no courses here yet.'));
    next = found.next_cursor;
    more.hidden = !next;
  }

  let timer = null;
  box.oninput = () => {
    clearTimeout(timer);
    timer = setTimeout(() => read(null), 250);
  };
  page.append(element('h1', '', mine ? 'My courses' : 'Courses'), element('div', 'row', box));
  if (user && mine) page.append(await beginning(ask));
  page.append(list, more);
  await read(null);
  if (user && mine) page.append(...(await gone({ ask, again, attempt })));
}

/** What its teachers have deleted, to be brought back. */
async function gone({ ask, again, attempt }) {
  const { items } = await ask('GET', '/courses?deleted=true&limit=100');
  if (!items.length) return [];
  const rows = items.map((course) => {
    const restore = button('Restore', 'quiet', () => attempt(async () => {
      await ask('POST', `/courses/${course.id}/restore`);
      again();
    }));
    restore.setAttribute('aria-label', `Restore ${course.title}`);
    return element('li', 'lesson-row', element('span', '', course.title), restore);
  });
  return [element('h2', '', 'Deleted'), element('ul', 'lesson-list', ...rows)];
}

function card(course) {
  const about = [count(course.lessons_count, 'lesson', 'lessons'), count(course.enrolled_count, 'student', 'students')];
  if (course.state !== 'published') about.unshift(course.state);
  if (course.enrolled) about.unshift('enrolled');
  return element(
    'li', 'course-card', element('h2', '', anchor(course.title, `#/c/${course.id}`)), element('p', '', course.summary),
    element('p', 'hint', about.join(' · ')),
    element('p', 'tags', ...course.tags.map((tag) => element('span', 'tag', tag))),
  );
}

/** Whether somebody may make courses the server says when they do. */
async function beginning(ask) {
  const form = makeForm({
    fields: [{ name: 'title', label: 'Title of a new course', needed: 'A course has a title.', maxlength: 200 }],
    button: 'Make a course',
    submit: async ({ title }) => {
      const made = await ask('POST', '/courses', { title });
      location.hash = `#/c/${made.id}/teach`;
    },
  });
  const details = element('details', 'box', element('summary', '', 'Teach something'), form);
  return details;
}
