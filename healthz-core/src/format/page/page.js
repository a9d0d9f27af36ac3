'use strict';
(() => {
  const every = 5000, get = (id) => document.getElementById(id);
  const button = get('pause'), said = get('said');
  let paused = false, at = Date.now(), lost = false;

  const say = () => {
    const ago = Math.round((Date.now() - at) / 1000);
    said.textContent = lost ? `no answer for ${ago} s` : `updated ${ago} s ago`;
    said.className = lost ? 'lost' : '';
  };

  // What the reader is at: the first check in sight and how far down it is, and what has the focus.
  const place = () => {
    const seen = [...document.querySelectorAll('li[id]')];
    const first = seen.find((check) => check.getBoundingClientRect().bottom > 0);
    const top = first?.getBoundingClientRect().top;
    const active = document.activeElement, holder = active.closest('main [id]');
    return () => {
      const again = first && get(first.id);
      if (again && scrollY > 0) {
        scrollBy({ top: again.getBoundingClientRect().top - top, behavior: 'instant' });
      }
      if (!holder || active.isConnected) return;
      const same = get(holder.id);
      const target = holder === active ? same : same?.querySelector(active.tagName);
      target?.focus({ preventScroll: true });
    };
  };

  const replace = (id, page) => {
    const old = get(id), fresh = page.getElementById(id);
    if (!old || !fresh || old.innerHTML === fresh.innerHTML) return;
    for (const { id } of old.querySelectorAll('details[open]')) {
      const same = page.getElementById(id);
      if (same) same.open = true;
    }
    old.replaceChildren(...document.adoptNode(fresh).childNodes);
  };

  const reading = () => getSelection()?.isCollapsed === false;

  const refresh = async () => {
    if (paused || document.hidden || reading()) return;
    try {
      const answer = await fetch(location.href, {
        headers: { accept: 'text/html' }, cache: 'no-store', redirect: 'error',
        signal: AbortSignal.timeout(2 * every),
      });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (!page.getElementById('main')) throw new Error('no page');
      if (paused || reading()) return;
      const back = place();
      document.title = page.title;
      for (const id of ['state', 'facts', 'main']) replace(id, page);
      back();
      at = Date.now();
      lost = false;
    } catch {
      lost = true;
    }
    say();
  };

  button.addEventListener('click', () => {
    paused = !paused;
    button.textContent = paused ? 'Resume updates' : 'Pause updates';
    refresh();
  });
  get('refresh').hidden = false;
  say();
  setInterval(say, 1000);
  const turn = async () => { await refresh(); setTimeout(turn, every); };
  setTimeout(turn, every);
})();
