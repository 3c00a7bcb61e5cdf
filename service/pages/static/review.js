// Keyboard for the review desk. Everything here can also be done without it.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const form = byId("vurdering");
  const isTyping = (element) =>
    element.matches("textarea, select, input:not([type=checkbox])") || element.isContentEditable;
  const acts = (element) => element.matches("a, button, summary");

  // J and K walk through the labels of a submission, or through the list.
  const walk = (step) => {
    const stops = [...document.querySelectorAll(form ? "input[data-key]" : ".cards .open")];
    if (!stops.length) return;
    const here = stops.indexOf(document.activeElement);
    const next = here < 0 ? (step > 0 ? 0 : stops.length - 1) : here + step;
    stops[Math.min(Math.max(next, 0), stops.length - 1)].focus();
  };

  const openPersonal = () => {
    if (!form) return;
    const passage = marked();
    byId("personlig").open = true;
    if (passage) byId("ord").value = passage;
    byId(passage ? "type" : "ord").focus();
  };

  const actions = {
    Enter: () => (form ? form.requestSubmit() : byId("tag")?.requestSubmit()),
    n: () => (form ? byId("spring").click() : byId("naeste")?.requestSubmit()),
    u: () => byId("fortryd")?.requestSubmit(),
    j: () => walk(1),
    k: () => walk(-1),
    p: openPersonal,
    a: () => byId("anden")?.click(),
    r: () => (document.activeElement.closest(".cards > li") ?? document).querySelector(".stands")?.requestSubmit(),
    l: () => document.querySelector("main form[action*='/slip'] button, main a[href^='/gennemgang']")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.key === "Escape" && isTyping(event.target)) event.target.blur();
    if (isTyping(event.target)) return;
    if (event.key === "Enter" && acts(event.target)) return;
    const box = form?.querySelector(`input[data-key="${CSS.escape(event.key)}"]`);
    const action = box ? () => box.click() : actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  if (!form) return;
  let isSent = false;
  form.addEventListener("submit", (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
  });
  window.addEventListener("pageshow", () => { isSent = false; });

  // While somebody is at work the submission stays theirs; when nothing happens it becomes free.
  const EVERY = 60_000;
  let renewedAt = Date.now();
  const renew = () => {
    if (isSent || Date.now() - renewedAt < EVERY) return;
    renewedAt = Date.now();
    const csrf = form.elements.csrf.value;
    fetch(form.dataset.renew, { method: "POST", body: new URLSearchParams({ csrf }) }).catch(() => {});
  };
  for (const name of ["keydown", "pointerdown", "scroll"]) {
    document.addEventListener(name, renew, { passive: true });
  }

  const text = byId("tekst");
  function marked() {
    const selection = document.getSelection();
    if (!selection.rangeCount || !text.contains(selection.anchorNode)) return "";
    const content = selection.getRangeAt(0).cloneContents();
    content.querySelectorAll(".mark-number").forEach((number) => number.remove());
    return content.textContent.trim();
  }
  form.querySelectorAll("[data-passage]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      const passage = marked();
      if (passage) byId(button.dataset.passage).value = passage;
    });
  });
})();
