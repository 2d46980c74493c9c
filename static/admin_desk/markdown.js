"use strict";
// Gives each Markdown field of the admin its live preview when it is first seen.
// markdownx's own script leaves a field alone that is marked as begun. The fields come with that
// mark; those that are seen lose it, and the script runs once more. So a long form asks for few
// previews at a time, and a row added in the browser, a copy of a field never seen, has one too.
(() => {
  const MARK = "data-markdownx-init";
  const source = document.querySelector('script[src*="markdownx/js/"]').src;

  const begin = () => {
    const script = document.createElement("script");
    script.src = source;
    script.addEventListener("load", () => script.remove());
    document.head.append(script);
  };

  const observer = new IntersectionObserver((entries) => {
    const seen = entries.filter((entry) => entry.isIntersecting);
    for (const { target } of seen) {
      observer.unobserve(target);
      target.removeAttribute(MARK);
    }
    if (seen.length) begin();
  }, { rootMargin: "200px" });

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

  // A refusal comes as JSON: what is shown of it is its sentence.
  document.addEventListener("markdownx.update", ({ target, detail: [answer] }) => {
    if (!answer.startsWith('{"error"')) return;
    const told = document.createElement("p");
    told.className = "errornote";
    told.textContent = JSON.parse(answer).error;
    target.querySelector(".markdownx-preview").replaceChildren(told);
  }, true);

  // A link in a preview does not lead away from what was typed.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".markdownx-preview a");
    if (link) link.target = "_blank";
  }, true);

  document.addEventListener("formset:added", (event) => watch(event.target));
  document.addEventListener("DOMContentLoaded", () => watch(document));
})();
