"use strict";
// Gives each Markdown field of the admin its live preview when it is first seen.
// markdownx's own script leaves a field alone that is marked as begun. The fields come with that
// mark; those that are seen lose it one after the other, and the script runs once more for each.
// So a long form asks for one preview at a time, as many as a process makes at once, and a row
// added in the browser, a copy of a field never seen, has one too.
(() => {
  const MARK = "data-markdownx-init";
  const source = document.querySelector('script[src*="markdownx/js/"]').src;

  const seen = [];
  let begun = null;

  const beginNext = () => {
    do begun = seen.shift(); while (begun && !begun.isConnected);
    if (!begun) return;
    begun.removeAttribute(MARK);
    const script = document.createElement("script");
    script.src = source;
    script.addEventListener("load", () => script.remove());
    script.addEventListener("error", beginNext);
    document.head.append(script);
  };

  const observer = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      seen.push(target);
    }
    if (!begun?.isConnected) beginNext();
  }, { rootMargin: "200px" });

  for (const over of ["markdownx.update", "markdownx.updateError"]) {
    document.addEventListener(over, ({ target }) => {
      if (target.contains(begun)) beginNext();
    }, true);
  }

  const watch = (within) => {
    for (const editor of within.querySelectorAll(`.markdownx-editor[${MARK}]`)) {
      observer.observe(editor);
    }
  };

  // It stands before markdownx's own listener, which is on the field itself.
  document.addEventListener("keydown", (event) => {
    // Tab moves on, as in every other field: nobody is locked into this one.
    if (event.key === "Tab" && event.target.matches(".markdownx-editor")) {
      event.stopImmediatePropagation();
    }
  }, true);

  // A refusal comes as JSON: its sentence is shown, and what is worth another try is tried again.
  document.addEventListener("markdownx.update", ({ target, detail: [answer] }) => {
    if (!answer.startsWith('{"error"')) return;
    const { error, retry_after: seconds } = JSON.parse(answer);
    const told = document.createElement("p");
    told.className = "errornote";
    told.textContent = error;
    target.querySelector(".markdownx-preview").replaceChildren(told);
    const editor = target.querySelector(".markdownx-editor");
    // To markdownx it is as if somebody came back to the field.
    if (seconds) setTimeout(() => editor.dispatchEvent(new Event("focusin")), seconds * 1000);
  }, true);

  // A link in a preview does not lead away from what was typed.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".markdownx-preview a");
    if (link) link.target = "_blank";
  }, true);

  document.addEventListener("formset:added", (event) => watch(event.target));
  document.addEventListener("formset:removed", () => {
    if (begun && !begun.isConnected) beginNext();
  });
  document.addEventListener("DOMContentLoaded", () => watch(document));
})();
