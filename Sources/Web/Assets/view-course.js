// A course as who learns sees it: what it is about, its lessons, its quizzes, how far they are; and one lesson.

import { anchor, bar, button, count } from './course-parts.js';
import { element } from './dom.js';
import { link, richText } from './rich-text.js';
import { files } from './view-files.js';

export async function showCourse({ ask, user, page, again, beside, attempt, on }, id) {
  const course = await ask('GET', `/courses/${id}`);
  beside(course);
  const { items: lessons } = await ask('GET', `/courses/${course.id}/lessons`);
  const isIn = course.role !== 'stranger';
  const progress = course.enrolled ? await ask('GET', `/progress?course=${course.id}`) : null;
  const quizzes = isIn ? (await ask('GET', `/courses/${course.id}/quizzes`)).items : [];
  const done = new Map((progress?.items ?? []).map((known) => [known.lesson, known]));

  page.append(element('h1', '', course.title), element('p', 'hint', about(course)));
  page.append(actions({ ask, user, attempt, again }, course));
  if (progress?.courses[0]) page.append(standing(progress.courses[0], course, ask, attempt));
  page.append(richText(course.description_html));
  page.append(element('h2', '', 'Lessons'), element('ol', 'lesson-list', ...lessons.map((lesson) => row(course, lesson, done.get(lesson.id), isIn))));
  if (quizzes.length) {
    const rows = quizzes.map((quiz) =>
      element('li', 'lesson-row', anchor(quiz.title, `#/c/${course.id}/q/${quiz.id}`), element('span', 'hint', quiz.required ? 'required' : '')));
    page.append(element('h2', '', 'Quizzes'), element('ul', 'lesson-list', ...rows));
  }
  // Progress that was made elsewhere shows here at once.
  on('course.progress', ({ data }) => data.course === course.id && again());
}

function about({ level, language, enrolled_count, capacity, state }) {
  const seats = capacity ? `${enrolled_count} of ${capacity} seats taken` : count(enrolled_count, 'student', 'students');
  return [state === 'published' ? '' : state, level, language, seats].filter(Boolean).join(' · ');
}

function actions({ ask, user, attempt, again }, course) {
  const row = element('div', 'row');
  const act = (method, ...saying) => attempt(async () => {
    if (saying.length && !confirm(saying[0])) return;
    await ask(method, `/enroll/${course.id}`);
    again();
  });
  if (course.role === 'staff') {
    row.append(anchor('Teach', `#/c/${course.id}/teach`), anchor('People and figures', `#/c/${course.id}/people`));
  } else if (!user) {
    row.append(element('p', 'hint', 'Sign in to enrol.'));
  } else if (course.enrolled) {
    row.append(button('Leave the course', 'quiet', () => act('DELETE', `Leave “${course.title}” and its chat?`)));
  } else if (course.enrolment_state === 'waiting' || course.enrolment_state === 'requested') {
    const words = course.enrolment_state === 'waiting' ? 'You are on the waiting list.' : 'An instructor will answer you.';
    row.append(element('p', 'hint', words), button('Do not wait any more', 'quiet', () => act('DELETE')));
  } else {
    row.append(button('Enrol', 'primary', () => act('POST')));
  }
  return row;
}

function standing(whole, course, ask, attempt) {
  const words = whole.completed ? 'Completed' : `${whole.lessons_completed} of ${whole.lessons_count} lessons`;
  const made = element('div', '', bar(whole.percent, 'Your progress'), element('p', 'hint', words));
  if (whole.completed) {
    made.append(button('Show my certificate', 'quiet', () => attempt(async () => {
      const certificate = await ask('GET', `/courses/${course.id}/certificate`);
      const target = new URL(certificate.url, location.href).href;
      made.append(element('p', 'box', `${certificate.name} has completed “${certificate.title}”. `, link(element('a', '', 'Link to check it'), target)));
    })));
  } else if (whole.next) {
    made.append(anchor('Go on', `#/c/${course.id}/l/${whole.next}`));
  }
  return made;
}

function row(course, lesson, known, isIn) {
  const title = isIn ? anchor(lesson.title, `#/c/${course.id}/l/${lesson.id}`) : element('span', '', lesson.title);
  const mark = known?.completed ? element('span', 'done-mark', '✓ done') : element('span', 'hint', known ? `${known.percent} %` : '');
  return element('li', 'lesson-row', title, element('span', 'hint', minutes(lesson.duration_s)), mark);
}

const minutes = (seconds) => (seconds ? `${Math.max(1, Math.round(seconds / 60))} min` : '');

// MARK: One lesson

export async function showLesson({ ask, page, beside, attempt, shelf }, id, lessonID) {
  const course = await ask('GET', `/courses/${id}`);
  beside(course);
  const lesson = await ask('GET', `/lessons/${lessonID}`);
  const { items: lessons } = await ask('GET', `/courses/${course.id}/lessons`);
  const place = lessons.findIndex(({ id }) => id === lesson.id);
  const next = lessons[place + 1];
  const known = course.enrolled ? (await ask('GET', `/progress?course=${course.id}`)).items.find((one) => one.lesson === lesson.id) : null;
  page.append(anchor(`← ${course.title}`, `#/c/${course.id}`), element('h1', '', lesson.title));
  page.append(richText(lesson.text_html ?? ''));
  if (lesson.video_url) page.append(element('p', '', link(element('a', '', 'Watch the video'), lesson.video_url)));
  const links = (lesson.links ?? []).map(({ title, url }) => element('li', '', link(element('a', '', title), url)));
  if (links.length) page.append(element('ul', 'plain-list', ...links));
  const attached = (lesson.files ?? []).map((file) => ({ ...file, file_id: file.id }));
  if (attached.length && shelf) page.append(element('h2', '', 'Files'), files(attached, shelf));
  const finish = button('Mark as done', 'primary', () => attempt(async () => {
    await ask('PUT', `/progress/${lesson.id}`, { completed: true });
    location.hash = next ? `#/c/${course.id}/l/${next.id}` : `#/c/${course.id}`;
  }));
  if (known?.completed) page.append(element('p', 'done-mark', '✓ done'));
  else if (course.enrolled) page.append(element('div', 'row', finish));
  if (next) page.append(element('p', '', anchor(`Next: ${next.title}`, `#/c/${course.id}/l/${next.id}`)));
}
