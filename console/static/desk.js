// The desk: keys for what agents do all day, and a list of who waits that stays true.
"use strict";

const typing = (where) => where.matches("input:not([type=radio]), select, textarea");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || typing(event.target)) return;
  const key = event.key.toLowerCase();
  const goal = document.querySelector(`[data-key="${CSS.escape(key)}"], [data-focus="${CSS.escape(key)}"]`);
  if (!goal) return;
  event.preventDefault();
  if (goal.dataset.focus) goal.focus();
  else goal.form.requestSubmit(goal);
});

const list = document.getElementById("waiting");

async function refresh() {
  if (document.hidden || list.contains(document.activeElement)) return;
  try {
    const answer = await fetch(list.dataset.url, {redirect: "error"});
    if (answer.status === 200) list.innerHTML = await answer.text();
  } catch { /* the line is down: what is shown stays */ }
}

if (list) setInterval(refresh, 5000);
