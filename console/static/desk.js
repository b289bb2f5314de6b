// The desk by keyboard, and its list kept fresh. Without this script all works, by hand.
"use strict";

// One key, one button, where nothing is being typed.
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (event.target.closest("input, select, textarea")) return;
  const button = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
  const opened = button.closest("details");
  if (opened && opened.open) opened.querySelector("select, input:not([type=hidden])").focus();
});

const live = document.getElementById("live");
const typed = () => [...document.querySelectorAll("input:not([type=hidden])")].some((one) => one.value)
  || document.querySelector(".more[open]");
let seen = "";

// Every few seconds, while somebody looks. What is typed stays: only the list is drawn anew.
async function look() {
  if (document.hidden) return;
  let answer;
  try {
    answer = await fetch(`${live.dataset.live}?seen=${seen}`, { redirect: "manual" });
  } catch {
    document.getElementById("offline").hidden = false;
    return;
  }
  document.getElementById("offline").hidden = true;
  if (answer.status === 204) return;
  if (!answer.ok || answer.headers.get("X-Mark") !== live.dataset.mark) {
    if (answer.status >= 500) return;
    if (typed()) document.getElementById("aged").hidden = false;
    else location.reload();
    return;
  }
  const text = await answer.text();
  seen = answer.headers.get("X-Version");
  const focused = live.contains(document.activeElement) ? document.activeElement.formAction : "";
  live.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
  if (focused) [...live.querySelectorAll("button")].find((one) => one.formAction === focused)?.focus();
}
if (live) {
  setInterval(look, 5000);
  document.addEventListener("visibilitychange", look);
}
