{
  const form = document.querySelector('form');
  const button = form.querySelector('button');
  const problem = form.querySelector('[role=alert]');
  const password = form.querySelector('[type=password]');
  const reveal = form.querySelector('.reveal');
  const label = button.textContent;
  const show = (busy, message) => {
    button.disabled = busy;
    button.textContent = busy ? 'One moment…' : label;
    problem.textContent = message;
  };
  // Messages of the API are no sentences.
  const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1).replace(/[^.!?]$/, '$&.');
  reveal.hidden = false;
  reveal.addEventListener('change', ({ target }) => (password.type = target.checked ? 'text' : 'password'));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    show(true, '');
    try {
      const answer = await fetch(form.action, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(Object.fromEntries(new FormData(form))),
      });
      if (answer.ok) return location.assign(form.dataset.next);
      const { error } = await answer.json();
      // The field that the error is about; most are about the password.
      const field = form.querySelector(`[data-code~="${CSS.escape(error.code)}"]`) ?? password;
      const { hidden } = field.closest('label');
      // A field that comes is a further step, and no error: it says itself what it takes.
      show(false, hidden ? '' : sentence(error.message));
      field.closest('label').hidden = false;
      field.focus();
      field.select();
    } catch {
      show(false, 'No answer from the server. Check that it runs, then try again.');
      button.focus();
    }
  });
}
