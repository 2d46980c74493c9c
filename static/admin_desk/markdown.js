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

  const editorOf = (event) => event.target.closest?.(".markdownx-editor");

  const hint = (editor) => {
    const preview = editor.parentElement.querySelector(".markdownx-preview");
    preview.textContent = "Images cannot be added here yet: nothing was uploaded.";
  };

  // All three stand before markdownx's own listeners, which are on the fields themselves.
  document.addEventListener("drop", (event) => {
    if (!editorOf(event) || !event.dataTransfer.files.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    hint(editorOf(event));
  }, true);
  document.addEventListener("paste", (event) => {
    if (!editorOf(event) || !event.clipboardData.files.length) return;
    event.stopImmediatePropagation();
    // Office programs add a picture to copied text: the text is pasted as usual.
    if (!event.clipboardData.getData("text/plain")) hint(editorOf(event));
  }, true);
  document.addEventListener("keydown", (event) => {
    // Tab moves on, as in every other field: nobody is locked into this one.
    if (event.key === "Tab" && editorOf(event)) event.stopImmediatePropagation();
  }, true);

  // A link in a preview does not lead away from what was typed.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".markdownx-preview a");
    if (link) link.target = "_blank";
  }, true);

  document.addEventListener("formset:added", (event) => watch(event.target));
  document.addEventListener("DOMContentLoaded", () => watch(document));
})();
