// Who is in a course and how it goes: the roster, those who wait or ask, and the figures.

import { anchor, bar, button, count, percent, table } from './course-parts.js';
import { element } from './dom.js';
import { makeForm } from './form.js';

export async function showPeople({ ask, page, again, beside, attempt }, id) {
  const course = await ask('GET', `/courses/${id}`);
  beside(course);
  const roster = await ask('GET', `/courses/${course.id}/roster?state=active,requested,waiting,invited&limit=100`);
  const report = (await ask('GET', `/analytics?course=${course.id}`)).items[0];
  const decide = (user, decision) => attempt(async () => {
    await ask('PUT', `/courses/${course.id}/roster/${user}`, { decision });
    again();
  });
  page.append(anchor('← The course', `#/c/${course.id}/teach`), element('h1', '', `${course.title}: people`));
  const who = (state) => roster.items.filter((row) => row.state === state);
  list(page, 'Asking to come in', who('requested'), (row) => [
    button('Let in', 'primary', () => decide(row.user, 'admit')), button('Decline', 'quiet', () => decide(row.user, 'turn_away')),
  ]);
  list(page, 'Waiting for a seat', who('waiting'), (row) => [button('Decline', 'quiet', () => decide(row.user, 'turn_away'))]);
  list(page, 'Invited', who('invited'), (row) => [button('Take back', 'quiet', () => decide(row.user, 'turn_away'))]);
  list(page, count(course.enrolled_count, 'student', 'students'), who('active'), (row) => [
    bar(row.percent, 'Progress'), element('span', 'hint', row.completed_at ? 'completed' : `${row.percent} %`),
    button('Remove', 'quiet', () => decide(row.user, 'turn_away')),
  ]);
  page.append(makeForm({
    fields: [{ name: 'username', label: 'Bring somebody in by their username', needed: 'Who is it?', autocomplete: 'off', autocapitalize: 'none' }],
    button: 'Bring in',
    submit: async ({ username }) => {
      const { items } = await ask('GET', `/users?username=${encodeURIComponent(username)}`);
      if (!items.length) throw new Error('There is nobody of that name.');
      await ask('PUT', `/courses/${course.id}/roster/${items[0].id}`, { decision: 'enrol' });
      again();
    },
  }));
  page.append(...figures(report));
}

function list(page, title, rows, tools) {
  if (!rows.length) return;
  const drawn = rows.map((row) => element('li', 'lesson-row', element('span', '', row.display_name || row.username), ...tools(row)));
  page.append(element('h2', '', title), element('ul', 'lesson-list', ...drawn));
}

function figures(report) {
  const days = (seconds) => (seconds === null ? null : `${Math.round(seconds / 8640) / 10} days`);
  const parts = [element('h2', '', 'Figures of the last 30 days'), table(['', ''], [
    ['Students now', report.enrolled], ['Came', report.enrolled_in_window], ['Did something', report.active_in_window],
    ['Completed, ever', report.completed], ['Of all who ever came', percent(report.completion_thousandths)],
    ['Median time to complete', days(report.median_s_to_complete)],
  ])];
  if (report.lessons.length) {
    parts.push(element('h2', '', 'Where students stop'), table(['Lesson', 'Reached', 'Completed', 'Went no further'], report.lessons.map((step, place) => [`Lesson ${place + 1}`, step.reached, step.completed, step.stopped])));
  }
  for (const quiz of report.quizzes) {
    parts.push(element('h2', '', quiz.title), table(['Question', 'Answers', 'Mean credit', 'Discrimination'], quiz.questions.map((item) => [`Question ${item.question}`, item.count, percent(item.difficulty_thousandths), item.discrimination_thousandths === null ? '–' : item.discrimination_thousandths / 1000])));
  }
  return parts;
}
