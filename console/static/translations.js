// One text: the phone follows what is typed, Ctrl+Enter saves, letters that keyboards lack.
"use strict";

const text = document.getElementById("text");
const saving = text.form;
const wrong = document.getElementById("text-error");
const measured = document.getElementById("measured");
document.documentElement.classList.add("scripted");

let waits, asked = 0;
async function look() {
  const mine = ++asked;
  try {
    const answer = await fetch(text.dataset.look, { method: "POST", body: new FormData(saving) });
    const shown = answer.ok && !answer.redirected ? await answer.text() : null;
    if (shown !== null && mine === asked) draw(shown);
  } catch { /* the line is slow: what was drawn stays */ }
}
function draw(shown) {
  measured.innerHTML = shown;
  const faults = measured.querySelector("[data-at-field]");
  wrong.replaceChildren(...(faults ? faults.children : []));
  if (faults) faults.remove();
  text.setAttribute("aria-invalid", wrong.childElementCount > 0);
  text.closest(".field").classList.toggle("wrong", wrong.childElementCount > 0);
}
text.addEventListener("input", () => {
  clearTimeout(waits);
  waits = setTimeout(look, 200);
});

saving.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  saving.requestSubmit(saving.querySelector(`button[value="${event.shiftKey ? "reviewed" : "draft"}"]`));
});

const letters = document.querySelector("[data-letters]");
if (letters) {
  letters.hidden = false;
  letters.addEventListener("click", (event) => {
    if (event.target.tagName !== "BUTTON") return;
    const letter = event.shiftKey ? event.target.textContent.toUpperCase() : event.target.textContent;
    text.setRangeText(letter, text.selectionStart, text.selectionEnd, "end");
    text.focus();
    text.dispatchEvent(new Event("input"));
  });
}
