// The YAML of a menu: a line is gone to, a screen found, a piece put in where one was typing.
"use strict";

const text = document.getElementById("text");

function goTo(from, to) {
  text.focus();
  text.setSelectionRange(from, to);
  const above = text.value.slice(0, from).split("\n").length - 1;
  text.scrollTop = Math.max(0, above - 4) * parseFloat(getComputedStyle(text).lineHeight);
}

function goToLine(line) {
  const lines = text.value.split("\n");
  const at = Math.min(line, lines.length) - 1;
  const from = lines.slice(0, at).join("\n").length + (at ? 1 : 0);
  goTo(from, from + lines[at].length);
}

for (const one of document.querySelectorAll("[data-piece], [data-find]")) one.hidden = false;
if (text.dataset.line) goToLine(Number(text.dataset.line));

document.addEventListener("click", (event) => {
  const one = event.target.closest("[data-piece], [data-find], a[data-line]");
  if (!one) return;
  if (one.dataset.piece) {
    text.focus();
    text.setRangeText(one.dataset.piece, text.selectionStart, text.selectionEnd, "end");
    return;
  }
  event.preventDefault();
  if (one.dataset.line) return goToLine(Number(one.dataset.line));
  const found = text.value.search(new RegExp(`^  ${one.dataset.find}:`, "m"));
  if (found >= 0) goTo(found, text.value.indexOf("\n", found));
});
