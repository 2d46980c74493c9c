"use strict";
// A picture that is pasted, dropped or chosen is uploaded, once its words are given.
(() => {
  const LIMIT = 5 * 1024 * 1024;
  const { make, insert, isEditor } = writing;
  const LOST = "The picture was not uploaded. If your session has ended, log in again in another "
    + "tab, and try again here: nothing that you typed is lost.";
  let dialog;
  let place; // where the picture goes: { editor, start, end }

  const file = make("input", {
    type: "file", id: "image-file", accept: "image/png,image/jpeg,image/webp", required: true,
  });
  const alt = make("textarea", {
    id: "image-alt", rows: 2, maxLength: 500, required: true, "aria-describedby": "image-help",
  });
  const decorative = make("input", { type: "checkbox", id: "image-decorative" });
  const problem = make("p", { className: "errornote", role: "alert", hidden: true });
  const send = make("button", { type: "submit", className: "button default", textContent: "Upload" });

  const say = (message) => {
    problem.textContent = message;
    problem.hidden = !message;
  };

  const build = () => {
    const cancel = make("button", { type: "button", className: "button", textContent: "Cancel" });
    const form = make(
      "form", {},
      make("h2", { id: "image-title", textContent: "Picture" }),
      problem,
      make("label", { htmlFor: "image-file", textContent: "Picture (PNG, JPEG or WebP, at most 5 MB)" }),
      file,
      make("label", { htmlFor: "image-alt", textContent: "What it shows" }),
      alt,
      make("p", {
        id: "image-help", className: "help",
        textContent: "Read in its place by those who do not see it: say what it tells, not that it "
          + "is a picture.",
      }),
      make(
        "label", { htmlFor: "image-decorative", className: "tick" }, decorative,
        " Decorative: it tells nothing, and is written ![decorative](…)",
      ),
      make("div", { className: "writing-end" }, send, cancel),
    );
    dialog = make("dialog", { className: "writing-dialog", "aria-labelledby": "image-title" }, form);
    decorative.addEventListener("change", tick);
    form.addEventListener("submit", upload);
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => place.editor.focus());
    document.body.append(dialog);
  };

  const tick = () => {
    alt.disabled = decorative.checked;
    alt.required = !decorative.checked;
  };

  const open = (editor, files = []) => {
    if (!dialog) build();
    if (dialog.open) return;
    place = { editor, start: editor.selectionStart, end: editor.selectionEnd };
    dialog.querySelector("form").reset();
    tick();
    const chosen = new DataTransfer();
    if (files.length) chosen.items.add(files[0]);
    file.files = chosen.files;
    say(files.length > 1 ? "One picture at a time: this is the first of them." : "");
    dialog.showModal();
    (files.length ? alt : file).focus();
  };

  const tokenIn = (page) => page.querySelector("form [name=csrfmiddlewaretoken]").value;

  /** The token of this page as it is opened now: who has logged in again has a new one. */
  const renewed = async () => {
    const response = await fetch(window.location.href, { redirect: "error" });
    return tokenIn(new DOMParser().parseFromString(await response.text(), "text/html"));
  };

  const post = (token) => {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", token);
    body.append("image", file.files[0]);
    if (decorative.checked) body.append("decorative", "1");
    else body.append("alt", alt.value);
    const address = place.editor.getAttribute("data-markdownx-upload-urls-path");
    return fetch(address, { method: "POST", body, redirect: "error" });
  };

  const isJson = (response) => response.headers.get("Content-Type") === "application/json";

  const ask = async () => {
    let response = await post(tokenIn(document));
    if (response.status === 403 && !isJson(response)) response = await post(await renewed());
    return response.json();
  };

  const upload = async (event) => {
    event.preventDefault();
    if (send.disabled) return;
    if (file.files[0].size > LIMIT) {
      say("The picture is larger than 5 MB: save it smaller and try again.");
      return;
    }
    send.disabled = true;
    say("");
    // An answer that is no JSON comes from elsewhere: a page that asks to log in, a broken line.
    const answer = await ask().catch(() => ({ error: LOST }));
    send.disabled = false;
    if (!dialog.open) return; // cancelled meanwhile
    if (answer.error) {
      say(answer.error);
      return;
    }
    dialog.close();
    insert(place.editor, answer.image_code, place.start, place.end);
  };

  // Both stand before markdownx's own listeners, which are on the fields themselves.
  document.addEventListener("drop", (event) => {
    if (!isEditor(event.target)) return;
    event.stopImmediatePropagation();
    if (!event.dataTransfer.files.length) return; // a text that is moved or copied
    event.preventDefault();
    open(event.target, event.dataTransfer.files);
  }, true);
  document.addEventListener("paste", (event) => {
    if (!isEditor(event.target) || !event.clipboardData.files.length) return;
    event.stopImmediatePropagation();
    // Office programs add a picture to copied text: the text is pasted as usual.
    if (event.clipboardData.getData("text/plain")) return;
    event.preventDefault();
    open(event.target, event.clipboardData.files);
  }, true);

  writing.button("Image …", (editor) => open(editor));
})();
