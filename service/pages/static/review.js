// Keyboard for the review page. Everything here can also be done without it.
(() => {
  "use strict";
  const form = document.getElementById("vurdering");
  if (!form) return;
  const isTyping = (element) =>
    element.matches("textarea, select, input:not([type=checkbox])") || element.isContentEditable;
  const acts = (element) => element.matches("a, button, summary");

  const actions = {
    Enter: () => form.requestSubmit(),
    n: () => document.querySelector("a[rel=next]").click(),
    u: () => document.getElementById("fortryd")?.requestSubmit(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
    if (event.key === "Enter" && acts(event.target)) return;
    const box = form.querySelector(`input[data-key="${CSS.escape(event.key)}"]`);
    const action = box ? () => box.click() : actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  let isSent = false;
  form.addEventListener("submit", (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
  });
  window.addEventListener("pageshow", () => { isSent = false; });

  const text = document.getElementById("tekst");
  const marked = () => {
    const selection = document.getSelection();
    if (!selection.rangeCount || !text.contains(selection.anchorNode)) return "";
    const content = selection.getRangeAt(0).cloneContents();
    content.querySelectorAll(".mark-number").forEach((number) => number.remove());
    return content.textContent.trim();
  };
  form.querySelectorAll("[data-passage]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      const passage = marked();
      if (passage) document.getElementById(button.dataset.passage).value = passage;
    });
  });
})();
