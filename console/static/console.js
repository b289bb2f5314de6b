// What pages do better with a script; all of them work without.
"use strict";

// A form is sent once, however often one presses on a slow line.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  setTimeout(() => { delete form.dataset.sent; }, 8000); // it may have failed: then again
});
// Coming back by the browser's arrow, the form can be sent again.
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
