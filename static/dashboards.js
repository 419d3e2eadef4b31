// Print and copy, which appear only where a script runs; Escape takes a selection away.
"use strict";

for (const element of document.querySelectorAll("[data-needs-script]")) element.hidden = false;
document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-print]")) window.print();
  const copy = event.target.closest("[data-copy]");
  if (!copy) return;
  const field = document.getElementById(copy.dataset.copy);
  field.select();
  if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
});

// Before the menus hear it (they close on Escape), so that one press never does both.
document.addEventListener("keydown", (event) => {
  const clear = document.querySelector("[data-clear]");
  if (event.key !== "Escape" || !clear || document.querySelector("details.menu[open]")) return;
  if (event.target.closest?.("input, select, textarea")) return;
  location.assign(clear.href);
}, true);
