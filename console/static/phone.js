// The phone without loading the page anew: keys write, a screen changes in its place, SMS come in.
"use strict";

const PARTS = ["state", "inbox-state", "said", "lcd", "typing", "gauge", "letters", "answers-place", "told", "mode"];
const find = (id) => document.getElementById(id);

// A key of the keypad writes into the field: it need not ask the server.
document.addEventListener("click", (event) => {
  const key = event.target.closest("button[name=key]");
  const entry = find("entry");
  if (!key || !entry) return;
  event.preventDefault();
  if (entry.readOnly) return; // no call to type into
  entry.value = (entry.value + key.value).slice(0, entry.maxLength);
});

// What is within each part of the page is changed; the parts stay, so that a screen is read out.
function take(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  if (!page.getElementById("lcd")) { location.reload(); return; }
  for (const id of PARTS) {
    const [old, now] = [find(id), page.getElementById(id)];
    if (!old || !now) continue;
    old.replaceChildren(...now.childNodes);
    old.hidden = now.hidden;
    if (now.lang) old.lang = now.lang;
  }
  const inbox = page.getElementById("inbox-place");
  if (inbox) find("inbox-place").hidden = inbox.hidden;
  find("lcd").scrollTop = 0;
}

let busy = false;
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.closest(".try") || form.classList.contains("keeping")) return;
  event.preventDefault();
  delete form.dataset.sent; // console.js: there is no page to come
  if (busy) return;
  busy = true;
  const fields = new FormData(form, event.submitter);
  const dials = form.classList.contains("dialling") || fields.get("do") === "settings";
  find("lcd").setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(fields) });
    if (answer.status !== 200) {
      document.documentElement.innerHTML = await answer.text();
      return;
    }
    take(await answer.text());
    if (dials) find("entry").focus();
  } catch {
    const pressed = Object.assign(document.createElement("input"), { type: "hidden", name: "do", value: fields.get("do") || "" });
    form.append(pressed);
    form.submit(); // the browser says what is wrong with the line
  } finally {
    busy = false;
    find("lcd")?.removeAttribute("aria-busy");
  }
});

// Every few seconds, while somebody looks: only where SMS can come.
async function collect() {
  const place = find("letters");
  if (document.hidden || busy || !place || find("inbox-place").hidden) return;
  const form = new FormData(place.closest("form"));
  form.set("call", document.querySelector("#state [name=call]").value);
  try {
    const answer = await fetch(place.dataset.url, { method: "POST", body: new URLSearchParams(form) });
    if (answer.status === 200 && !busy) {
      place.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
    }
  } catch { /* the line is away: the next time */ }
}
setInterval(collect, 4000);
