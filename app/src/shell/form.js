{
  const form = document.querySelector('form');
  const button = form.querySelector('button');
  const problem = form.querySelector('[role=alert]');
  const label = button.textContent;
  const show = (busy, message) => {
    button.disabled = busy;
    button.textContent = busy ? 'One moment…' : label;
    problem.textContent = message;
  };
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
      show(false, error.message);
    } catch {
      show(false, 'No answer from the server. Check that it runs, then try again.');
    }
  });
}
