// The menu editor, better with a script: defects and the phone follow the typing. Without it,
// "Vérifier" shows the same.
"use strict";

const form = document.getElementById("screen");
const QUIET = 250; // milliseconds without a key before one asks
let timer = 0, asked = 0, dirty = form !== null && document.querySelector("[data-unsaved]") !== null;

function told(place, remarks) {
  place.replaceChildren(...remarks.map((one) => {
    const line = document.createElement("p");
    line.className = `remark ${one.severity}`;
    line.textContent = one.said;
    return line;
  }));
  place.closest(".field")?.classList.toggle("wrong", remarks.length > 0 && remarks[0].severity === "error");
}

async function look() {
  const mine = ++asked;
  let answer;
  try {
    const sent = await fetch(form.dataset.check, {
      method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" },
    });
    if (!sent.ok || !sent.headers.get("Content-Type").startsWith("application/json")) return;
    answer = await sent.json();
  } catch { return; } // the line is down: saving will tell
  if (mine !== asked) return; // more was typed meanwhile
  for (const place of document.querySelectorAll("[data-told]")) {
    told(place, answer.fields[place.dataset.told] ?? []);
  }
  for (const box of document.querySelectorAll(".stands input")) {
    box.parentNode.hidden = !box.checked && !answer.stale.includes(box.name.replace(/\.stands$/, ""));
  }
  document.getElementById("phone").innerHTML = answer.phone; // drawn by our own server, escaped there
}

function typed(event) {
  if (!event.target.name || event.target.form !== form) return;
  if (!event.target.name.startsWith("show-")) {
    dirty = true;
    document.getElementById("unsaved").hidden = false;
  }
  clearTimeout(timer);
  timer = setTimeout(look, QUIET);
}

if (form !== null) {
  document.addEventListener("input", typed);
  document.addEventListener("change", typed);
  form.addEventListener("submit", () => { dirty = false; });
  addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  const left = document.querySelector(".left"), here = left.querySelector("[aria-current]");
  if (here) left.scrollTop = here.getBoundingClientRect().top - left.getBoundingClientRect().top - left.clientHeight / 3;
}

// The outline narrows while one types in its search.
const search = document.querySelector("[data-filter]");
search?.addEventListener("input", () => {
  const wanted = search.value.trim().toLowerCase();
  const holds = (row) => row.textContent.toLowerCase().includes(wanted);
  for (const row of document.querySelectorAll(`#${search.dataset.filter} li`)) row.hidden = !holds(row);
});
