"use strict";
// What stands under a Markdown field once it has been used: its buttons and its size. Used by
// pick.js and image.js, which come after it: `writing` is theirs.
const writing = (() => {
  const LIMIT = 64 * 1024;
  const NEAR = LIMIT - 4 * 1024;
  const encoder = new TextEncoder();
  const buttons = [];
  let fields = 0;

  /** An element with properties, attributes where their names hold a hyphen, and children. */
  const make = (tag, properties = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name in element) element[name] = value;
      else element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  };

  /** Put text where the cursor is or was, in a way that the browser can undo. */
  const insert = (editor, text, start = editor.selectionStart, end = editor.selectionEnd) => {
    editor.focus();
    editor.setSelectionRange(start, end);
    if (document.execCommand("insertText", false, text)) return;
    editor.setRangeText(text, start, end, "end");
    editor.dispatchEvent(new Event("input", { bubbles: true }));
  };

  /** A text as Markdown that reads as it is. */
  const escaped = (text) => text.replace(/[\\`*_[\]<>&|]/g, "\\$&");

  const counted = (number, word) => `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;

  const count = (editor) => {
    const text = editor.value;
    const [size, warning] = editor.parentElement.querySelectorAll(".writing-size, .writing-warning");
    const words = text.match(/\S+/g)?.length ?? 0;
    size.textContent = `${counted(words, "word")}, ${counted([...text].length, "character")}`;
    // A browser sends line ends as two bytes; the text is kept with one.
    const bytes = encoder.encode(text).length;
    let said = "";
    if (bytes > LIMIT) said = `${(bytes - LIMIT).toLocaleString("en")} bytes too long: it cannot be saved.`;
    else if (bytes > NEAR) said = `Nearly full: ${(LIMIT - bytes).toLocaleString("en")} bytes are left.`;
    if (warning.textContent !== said) warning.textContent = said;
  };

  // They stay where they were made, so that nothing moves under the mouse when another field is
  // entered; the style sheet shows only those of the field in use.
  const begin = (editor) => {
    if (editor.parentElement.querySelector(".writing")) return;
    const name = editor.labels[0]?.textContent.trim().replace(/:$/, "") ?? "";
    const id = `writing-${fields += 1}`;
    const row = make("div", { className: "writing", role: "group", "aria-label": `Help with ${name}` });
    for (const { label, act } of buttons) {
      const button = make("button", { type: "button", className: "button", textContent: label });
      button.addEventListener("click", () => act(editor));
      row.append(button);
    }
    row.append(
      make("span", { className: "writing-size", id }),
      make("span", { className: "writing-warning", role: "status" }),
    );
    // The field keeps its cursor and its selection while a button is pressed.
    row.addEventListener("mousedown", (event) => event.preventDefault());
    editor.after(row);
    const described = [editor.getAttribute("aria-describedby"), id].filter(Boolean).join(" ");
    editor.setAttribute("aria-describedby", described);
    count(editor);
  };

  const isEditor = (element) => element.matches?.(".markdownx-editor:not([readonly])");

  document.addEventListener("focusin", ({ target }) => {
    if (isEditor(target)) begin(target);
  });
  document.addEventListener("input", ({ target }) => {
    if (isEditor(target) && target.parentElement.querySelector(".writing")) count(target);
  });

  return {
    make,
    insert,
    escaped,
    isEditor,
    /** Add a button to every field; `act` is called with the field. */
    button: (label, act) => buttons.push({ label, act }),
  };
})();
