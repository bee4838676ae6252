// A quiz as who learns answers it: what is answered is saved as one goes, and submitted once.

import { anchor, button, count } from './course-parts.js';
import { element, setText } from './dom.js';

const SAVE_MS = 600;

export async function showQuiz({ ask, page, isCurrent, again, beside, attempt }, id, quizID) {
  const course = await ask('GET', `/courses/${id}`);
  beside(course);
  const quiz = await ask('GET', `/quizzes/${quizID}`);
  const { items: attempts } = await ask('GET', `/quizzes/${quiz.id}/attempts?limit=100`);
  page.append(anchor(`← ${course.title}`, `#/c/${course.id}`), element('h1', '', quiz.title));
  page.append(element('p', 'hint', rules(quiz)));
  const open = attempts.find(({ state }) => state === 'open');
  if (open) return void page.append(sheet({ ask, isCurrent, again, attempt }, open));
  for (const past of attempts) page.append(result(past));
  const left = quiz.attempts_max === null || attempts.length < quiz.attempts_max;
  if (course.enrolled && left) {
    page.append(button(attempts.length ? 'Try again' : 'Begin', 'primary', () => attempt(async () => {
      await ask('POST', `/quizzes/${quiz.id}/attempts`);
      again();
    })));
  }
}

function rules({ pass_mark, attempts_max, time_limit_s, questions_count }) {
  const words = [`${pass_mark} % pass`];
  if (questions_count) words.unshift(count(questions_count, 'question', 'questions'));
  if (attempts_max) words.push(count(attempts_max, 'attempt', 'attempts'));
  if (time_limit_s) words.push(`${Math.ceil(time_limit_s / 60)} minutes`);
  return words.join(' · ');
}

// MARK: Answering

function sheet({ ask, isCurrent, again, attempt }, open) {
  const state = element('p', 'hint');
  state.setAttribute('role', 'status');
  const given = new Map(open.answers.map(({ question, answer }) => [question, answer]));
  const changed = new Set();
  let revision = open.revision, timer = null;

  const unsaved = () => [...changed].map((question) => ({ question, answer: given.get(question) ?? null }));
  const save = () => attempt(async () => {
    clearTimeout(timer);
    const answers = unsaved();
    if (!answers.length || !isCurrent()) return;
    changed.clear();
    setText(state, 'Saving…');
    try {
      await ask('PUT', `/attempts/${open.id}`, { answers, revision: (revision += 1) });
      setText(state, 'Saved');
    } catch (error) {
      for (const { question } of answers) changed.add(question);
      setText(state, 'Not saved yet');
      throw error;
    }
  });
  const answer = (question, value) => {
    given.set(question, value);
    changed.add(question);
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_MS);
  };
  const submit = button('Submit', 'primary', () => attempt(async () => {
    clearTimeout(timer);
    const answers = unsaved();
    await ask('POST', `/attempts/${open.id}/submit`, answers.length ? { answers, revision: (revision += 1) } : {});
    again();
  }));
  const made = element('div', '', clock(open.deadline, isCurrent, again));
  made.append(...open.questions.map((question) => asked(question, given.get(question.id), (value) => answer(question.id, value))));
  made.append(element('div', 'row', submit, state));
  return made;
}

function clock(deadline, isCurrent, again) {
  const shown = element('p', 'hint');
  if (!deadline) return shown;
  const tick = () => {
    if (!isCurrent()) return;
    const left = Math.ceil((Date.parse(deadline) - Date.now()) / 1000);
    setText(shown, left > 0 ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')} left` : 'Time is up');
    if (left > -20) setTimeout(tick, 1000);
    else again();
  };
  tick();
  return shown;
}

function asked({ id, type, text, options }, value, say) {
  const field = element('fieldset', 'question', element('legend', '', text));
  const choice = (kind, label, isChosen, act) => {
    const input = element('input');
    Object.assign(input, { type: kind, name: `question-${id}`, checked: isChosen });
    input.onchange = () => act(input.checked);
    return element('label', '', input, label);
  };
  if (type === 'single_choice') {
    field.append(...options.map((option, place) => choice('radio', option, value === place, () => say(place))));
  } else if (type === 'multiple_choice') {
    const chosen = new Set(value ?? []);
    field.append(...options.map((option, place) => choice('checkbox', option, chosen.has(place), (isOn) => {
      if (isOn) chosen.add(place);
      else chosen.delete(place);
      say([...chosen].sort((one, other) => one - other));
    })));
  } else if (type === 'true_false') {
    field.append(choice('radio', 'True', value === true, () => say(true)), choice('radio', 'False', value === false, () => say(false)));
  } else {
    const input = element(type === 'numeric' ? 'input' : 'textarea');
    input.setAttribute('aria-label', text);
    input.value = value ?? '';
    if (type === 'numeric') input.inputMode = 'decimal';
    input.oninput = () => {
      const said = input.value.trim();
      if (type !== 'numeric') return say(said || null);
      return say(said !== '' && Number.isFinite(Number(said)) ? Number(said) : null);
    };
    field.append(input);
  }
  return field;
}

// MARK: What it came to

function result(past) {
  const words = past.state === 'graded' ? `${past.score} % – ${past.passed ? 'passed' : 'not passed'}` : 'An instructor still has to read an answer';
  const made = element('section', 'box', element('h2', '', `Attempt ${past.number}: ${words}`));
  for (const { question, percent, explanation, comment } of past.feedback ?? []) {
    const { text } = past.questions.find(({ id }) => id === question) ?? {};
    const line = element('p', percent === 100 ? 'right' : '', `${percent === 100 ? '✓' : '✗'} ${text}`);
    made.append(line, explanation ? element('p', 'hint', explanation) : '', comment ? element('p', '', comment) : '');
  }
  return made;
}

