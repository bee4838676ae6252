// A course as who teaches it sees it: what it says, who may come, and its lessons in their order.

import { anchor, button, count } from './course-parts.js';
import { element } from './dom.js';
import { makeForm } from './form.js';

const options = (...words) => words.map((word) => ({ value: word, text: word || '–' }));

export async function showTeaching({ ask, page, again, beside, attempt, upload }, id) {
  const course = await ask('GET', `/courses/${id}`);
  beside(course);
  const { items: lessons } = await ask('GET', `/courses/${course.id}/lessons`);
  const { items: quizzes } = await ask('GET', `/courses/${course.id}/quizzes`);
  page.append(anchor('← As learners see it', `#/c/${course.id}`), element('h1', '', course.title));
  page.append(state({ ask, attempt, again }, course));
  page.append(
    element('h2', '', 'Lessons'),
    element('ol', 'lesson-list', ...lessons.map((lesson, place) => row({ ask, attempt, again, upload }, course, lessons, lesson, place))),
    folded('Add a lesson', lessonForm({ submit: async (said) => {
      await ask('POST', `/courses/${course.id}/lessons`, said);
      again();
    } })),
    element('h2', '', 'Quizzes'),
    element('ul', 'lesson-list', ...quizzes.map((quiz) =>
      element('li', 'lesson-row', anchor(quiz.title, `#/c/${course.id}/teach/q/${quiz.id}`), element('span', 'hint', count(quiz.questions.length, 'question', 'questions'))))),
    anchor('Make a quiz', `#/c/${course.id}/teach/q/new`),
    element('h2', '', 'About the course'),
    about({ ask, again }, course),
  );
}

function folded(title, ...parts) {
  return element('details', 'box', element('summary', '', title), ...parts);
}

// MARK: The course

function state({ ask, attempt, again }, course) {
  const to = (state) => attempt(async () => {
    await ask('PATCH', `/courses/${course.id}`, { state });
    again();
  });
  const row = element('div', 'row', element('span', 'tag', course.state));
  if (course.state !== 'published') row.append(button('Publish', 'primary', () => to('published')));
  if (course.state === 'published') row.append(button('Archive', 'quiet', () => to('archived')));
  row.append(anchor('People and figures', `#/c/${course.id}/people`));
  row.append(button('Delete the course', 'quiet', () => attempt(async () => {
    if (!confirm(`Delete “${course.title}”? It can be restored.`)) return;
    await ask('DELETE', `/courses/${course.id}`);
    location.hash = '#/mine';
  })));
  return row;
}

function about({ ask, again }, course) {
  return makeForm({
    fields: [
      { name: 'title', label: 'Title', value: course.title, needed: 'A course has a title.' },
      { name: 'summary', label: 'Summary', value: course.summary },
      { name: 'description', label: 'Description', kind: 'textarea', rows: 6, value: course.description, hint: 'Markdown' },
      { name: 'tags', label: 'Tags', value: course.tags.join(', '), hint: 'between commas' },
      { name: 'level', label: 'Level', kind: 'select', value: course.level, options: options('', 'beginner', 'intermediate', 'advanced') },
      { name: 'language', label: 'Language', value: course.language, placeholder: 'en' },
      { name: 'enrolment', label: 'Who may come', kind: 'select', value: course.enrolment, options: [
        { value: 'open', text: 'Whoever wants to' },
        { value: 'approval', text: 'Whom an instructor lets in' },
        { value: 'invitation', text: 'Who is invited' },
      ] },
      { name: 'capacity', label: 'Seats', value: course.capacity, inputmode: 'numeric', hint: 'nothing for as many as come' },
      { name: 'waiting_list', label: 'Who comes to a full course waits', kind: 'check', value: course.waiting_list },
      { name: 'minimum_age', label: 'Youngest age', value: course.minimum_age, inputmode: 'numeric', hint: 'nothing for any age' },
      { name: 'enrolment_opens_at', label: 'Enrolment begins', kind: 'datetime-local', value: localTime(course.enrolment_opens_at) },
      { name: 'enrolment_closes_at', label: 'Enrolment ends', kind: 'datetime-local', value: localTime(course.enrolment_closes_at) },
    ],
    button: 'Save',
    submit: async ({ tags, level, language, capacity, minimum_age, enrolment_opens_at, enrolment_closes_at, ...said }) => {
      await ask('PATCH', `/courses/${course.id}`, {
        ...said,
        tags: tags.split(',').map((tag) => tag.trim()).filter(Boolean),
        level: level || null,
        language: language || null,
        capacity: capacity ? Number(capacity) : null,
        minimum_age: minimum_age ? Number(minimum_age) : null,
        enrolment_opens_at: wholeTime(enrolment_opens_at),
        enrolment_closes_at: wholeTime(enrolment_closes_at),
      });
      again();
    },
  });
}

/** A time as a field of the browser's own clock has it, and back. */
function localTime(time) {
  if (!time) return '';
  const at = new Date(time);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const wholeTime = (said) => (said ? new Date(said).toISOString() : null);

// MARK: Lessons

function row({ ask, attempt, again, upload }, course, lessons, lesson, place) {
  const move = (by) => attempt(async () => {
    const order = lessons.map(({ id }) => id);
    [order[place], order[place + by]] = [order[place + by], order[place]];
    await ask('PUT', `/courses/${course.id}/lessons/order`, { lessons: order });
    again();
  });
  const change = (said) => attempt(async () => {
    await ask('PATCH', `/lessons/${lesson.id}`, said);
    again();
  });
  const tools = element('span', 'row');
  const tool = (text, label, act) => {
    const made = button(text, 'quiet', act);
    made.setAttribute('aria-label', `${label}: ${lesson.title}`);
    tools.append(made);
  };
  if (place > 0) tool('↑', 'Up', () => move(-1));
  if (place < lessons.length - 1) tool('↓', 'Down', () => move(1));
  if (lesson.state === 'draft') tool('Publish', 'Publish', () => change({ state: 'published' }));
  else tool('Draft', 'Make a draft', () => change({ state: 'draft' }));
  tool('Delete', 'Delete', () => attempt(async () => {
    if (!confirm(`Delete “${lesson.title}”?`)) return;
    await ask('DELETE', `/lessons/${lesson.id}`);
    again();
  }));
  const edit = lessonForm({ lesson, submit: async (said) => {
    await ask('PATCH', `/lessons/${lesson.id}`, said);
    again();
  } });
  return element('li', 'box', element('div', 'lesson-line', element('strong', '', lesson.title), element('span', 'hint', lesson.state), tools), element('details', '', element('summary', '', 'Change'), edit, attached({ change, attempt, upload }, lesson)));
}

/** The lesson's files: one more, or none of them any more. */
function attached({ change, attempt, upload }, lesson) {
  const input = element('input');
  input.type = 'file';
  input.setAttribute('aria-label', `Attach a file: ${lesson.title}`);
  input.onchange = () => attempt(async () => {
    const { id } = await upload(input.files[0]);
    await change({ attachments: [...lesson.attachments, id] });
  });
  const row = element('div', 'row', element('span', 'hint', count(lesson.attachments.length, 'file', 'files')), input);
  if (lesson.attachments.length) row.append(button('Remove the files', 'quiet', () => change({ attachments: [] })));
  return row;
}

function lessonForm({ lesson, submit }) {
  return makeForm({
    fields: [
      { name: 'title', label: 'Title of the lesson', value: lesson?.title, needed: 'A lesson has a title.' },
      { name: 'text', label: 'Text', kind: 'textarea', rows: 8, value: lesson?.text, hint: 'Markdown' },
      { name: 'video_url', label: 'Video', value: lesson?.video_url, placeholder: 'https://' },
      { name: 'minutes', label: 'Minutes', value: lesson?.duration_s ? Math.round(lesson.duration_s / 60) : '', inputmode: 'numeric' },
    ],
    button: lesson ? 'Save the lesson' : 'Add the lesson',
    submit: ({ title, text, video_url, minutes }) =>
      submit({ title, text, video_url: video_url || null, duration_s: Math.round(Number(minutes) || 0) * 60, ...(!lesson && { state: 'published' }) }),
  });
}
