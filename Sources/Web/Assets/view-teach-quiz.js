// Writing a quiz: its rules, and its questions one after the other with what is right.

import { anchor, button } from './course-parts.js';
import { element, showError } from './dom.js';

const TYPES = {
  single_choice: 'One is right', multiple_choice: 'Several are right', true_false: 'True or false', short_text: 'A short text', numeric: 'A number',
};

export async function showQuizEditor({ ask, page, again, beside, attempt }, id, quizID) {
  const course = await ask('GET', `/courses/${id}`);
  beside(course);
  const quiz = quizID === 'new' ? { title: '', pass_mark: 50, questions: [] } : await ask('GET', `/quizzes/${quizID}`);
  page.append(anchor('← The course', `#/c/${course.id}/teach`), element('h1', '', quizID === 'new' ? 'A new quiz' : quiz.title));
  if (quizID !== 'new') page.append(await queue({ ask, attempt, again }, quizID));
  page.append(editor(quiz, async (written) => {
    const made = quizID === 'new'
      ? await ask('POST', `/courses/${course.id}/quizzes`, written)
      : await ask('PUT', `/quizzes/${quizID}`, written);
    if (quizID === 'new') location.hash = `#/c/${course.id}/teach/q/${made.id}`;
    else again();
  }));
}

function labelled(text, input) {
  return element('label', 'field', text, input);
}

function box(value, label, tag = 'input') {
  const input = element(tag);
  input.value = value ?? '';
  input.setAttribute('aria-label', label);
  return input;
}

function check(value) {
  const input = element('input');
  input.type = 'checkbox';
  input.checked = Boolean(value);
  return input;
}

function editor(quiz, save) {
  const title = box(quiz.title, 'Title of the quiz'), pass = box(quiz.pass_mark, 'Percent to pass');
  const attempts = box(quiz.attempts_max, 'Attempts'), seconds = box(quiz.time_limit_s, 'Seconds');
  const shuffled = check(quiz.shuffle_options), required = check(quiz.required);
  const questions = [], list = element('div');
  const add = (question) => {
    const made = questionEditor(question, () => {
      questions.splice(questions.indexOf(made), 1);
      made.root.remove();
    });
    questions.push(made);
    list.append(made.root);
  };
  quiz.questions.forEach(add);
  const error = element('p', 'error');
  error.setAttribute('role', 'alert');
  error.hidden = true;
  const number = (input) => (input.value.trim() ? Number(input.value) : null);
  const send = button('Save the quiz', 'primary', async () => {
    showError(error, '');
    try {
      // What the page does not show stays as it is.
      const { id, course, version, created_at, updated_at, ...kept } = quiz;
      await save({
        ...kept, title: title.value.trim(), pass_mark: number(pass) ?? 50, attempts_max: number(attempts), time_limit_s: number(seconds),
        shuffle_options: shuffled.checked, required: required.checked, questions: questions.map((question) => question.read()),
      });
    } catch (failure) {
      showError(error, failure.errors?.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; ') || failure.message);
    }
  });
  return element(
    'div', 'fields', labelled('Title', title), labelled('Percent to pass', pass), labelled('Attempts (nothing for any number)', attempts),
    labelled('Seconds for an attempt (nothing for no limit)', seconds), element('label', 'check', shuffled, ' Options in another order each time'),
    element('label', 'check', required, ' The course is not completed without it'), list,
    element('div', 'row', button('Add a question', 'quiet', () => add({ type: 'single_choice', text: '', options: ['', ''], answer: 0 })), send), error,
  );
}

/** The words for what is right follow from the type: a line for each option or text, a star before those that are. */
function questionEditor(question, remove) {
  const type = element('select', '', ...Object.entries(TYPES).map(([value, text]) => new Option(text, value)));
  type.value = question.type;
  type.setAttribute('aria-label', 'Type');
  const text = box(question.text, 'Question', 'textarea'), right = box(lines(question), 'Answers', 'textarea');
  const weight = box(question.weight ?? 1, 'Weight'), why = box(question.explanation, 'Explanation');
  const hint = element('p', 'hint');
  const explain = () => (hint.textContent = HINTS[type.value]);
  type.onchange = explain;
  explain();
  const root = element('fieldset', 'question', labelled('Type', type), labelled('Question', text), labelled('Answers', right), hint, labelled('Weight', weight), labelled('Explanation', why), button('Remove the question', 'quiet', remove));
  const read = () => ({
    ...(question.id && { id: question.id }), type: type.value, text: text.value, weight: Number(weight.value) || 1, explanation: why.value,
    ...parse(type.value, right.value.split('\n').map((line) => line.trim()).filter(Boolean)),
  });
  return { root, read };
}

const HINTS = {
  single_choice: 'One option to a line, a star (*) before the right one.',
  multiple_choice: 'One option to a line, a star (*) before each right one.',
  true_false: 'true or false',
  short_text: 'Each accepted text on a line; nothing to read the answers yourself.',
  numeric: 'The value, and on the next line how far off is still right.',
};

function lines({ type, options = [], answer }) {
  const rights = [answer].flat();
  if (type === 'single_choice' || type === 'multiple_choice') return options.map((option, place) => (rights.includes(place) ? `* ${option}` : option)).join('\n');
  if (type === 'numeric') return [answer?.value, answer?.tolerance].filter((part) => part !== undefined).join('\n');
  return rights.join('\n');
}

function parse(type, said) {
  if (type === 'single_choice' || type === 'multiple_choice') {
    const rights = said.flatMap((line, place) => (line.startsWith('*') ? [place] : []));
    const options = said.map((line) => line.replace(/^\*\s*/, ''));
    return { options, answer: type === 'single_choice' ? (rights[0] ?? 0) : rights };
  }
  if (type === 'true_false') return { answer: said[0]?.toLowerCase() === 'true' };
  if (type === 'numeric') return { answer: { value: Number(said[0]), tolerance: Number(said[1] ?? 0) } };
  return { answer: said };
}

// MARK: Grading by hand

async function queue({ ask, attempt, again }, quiz) {
  const { items } = await ask('GET', `/quizzes/${quiz}/queue`);
  if (!items.length) return element('p', 'hint', 'No answer waits to be read.');
  const rows = items.map((item) => {
    const worth = box('100', 'Percent'), comment = box('', 'Comment');
    const save = button('Grade', 'primary', () => attempt(async () => {
      await ask('PUT', `/attempts/${item.attempt}/marks/${item.question}`, { percent: Number(worth.value), comment: comment.value });
      again();
    }));
    return element('li', 'box', element('p', '', item.answer), element('div', 'row', labelled('Percent', worth), labelled('Comment', comment), save));
  });
  return element('section', '', element('h2', '', 'Answers to read'), element('ul', 'plain-list', ...rows));
}
