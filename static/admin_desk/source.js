// The form of a source: the fields of its type first, and its reference as it is typed.
// Without script the fields are ordered as they were when the form was opened.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("source_form");
  const type = document.getElementById("id_type");
  if (!form || !type) return; // somebody who may only look
  const parts = { own: ".of-type", odd: ".unusual", rest: ".other" };

  const holder = (name) => {
    const set = form.querySelector(`fieldset${parts[name]}`);
    return set.querySelector("details") || set;
  };
  const row = (name) => form.querySelector(`.form-row.field-${name}`);
  const isFilled = (line) => line.querySelector("input, textarea").value.trim() !== "";

  const arrange = () => {
    const fields = JSON.parse(type.dataset.fields);
    const own = fields[type.value];
    const all = [...new Set(Object.values(fields).flat())];
    own.forEach((name) => holder("own").append(row(name)));
    all.filter((name) => !own.includes(name)).forEach((name) => {
      holder(isFilled(row(name)) ? "odd" : "rest").append(row(name));
    });
  };

  const shown = document.querySelector(".as-read[data-url]");
  let waiting = 0;
  let asked = 0;
  const show = async () => {
    const number = ++asked;
    const answer = await fetch(shown.dataset.url, { method: "POST", body: new FormData(form) });
    if (!answer.ok || number !== asked) return; // an older answer says what is no longer typed
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    shown.querySelector("[aria-live]").replaceChildren(...page.body.childNodes);
  };
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => show().catch(() => {}), 400);
  };

  type.addEventListener("change", arrange);
  if (shown) form.addEventListener("input", later);
});
