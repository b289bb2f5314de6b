// Only where there is a script is there something to press.
"use strict";

const print_it = document.getElementById("print");
print_it.hidden = false;
print_it.addEventListener("click", () => print());
print_it.focus();
