// What moves on a page, drawn anew every few seconds while somebody looks. Without this script the
// page is loaded again, by itself or by hand.
"use strict";

const live = document.getElementById("live");

async function look() {
  if (document.hidden) return;
  let answer;
  try {
    answer = await fetch(live.dataset.live, { redirect: "manual" });
  } catch {
    return; // no line just now: the next time
  }
  if (answer.type === "opaqueredirect" || (answer.headers.get("X-Mark") || "") !== (live.dataset.mark || "")) {
    if (answer.status < 500) location.reload();
    return;
  }
  if (!answer.ok) return;
  const text = await answer.text();
  const focused = live.contains(document.activeElement) ? document.activeElement.href : "";
  live.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
  if (focused) [...live.querySelectorAll("a")].find((one) => one.href === focused)?.focus();
}
if (live) {
  setInterval(look, Number(live.dataset.every || 2) * 1000);
  document.addEventListener("visibilitychange", look);
}
