/* [data-steps]: one form, shown a step at a time: its sections, each with a link in the list of steps. The address's hash says which, so that the browser's back button works.
   Before it goes on, the server looks over what was typed (X-Requested-With: steps) and answers {errors: {name: [sentence]}, complete, reading}; without an answer it goes on all the same. */
(function () {
  "use strict";
  var frame = document.querySelector("[data-steps]");
  if (!frame) { return; }
  var form = frame.querySelector("form");
  var links = Array.from(frame.querySelectorAll(".asking-step"));
  var parts = links.map(function (link) { return document.getElementById(link.hash.slice(1)); });
  var reading = frame.querySelector("[data-steps-reading]");
  var now = 0;
  function last() { return now === parts.length - 1; }
  function partOf(node) { return parts.findIndex(function (part) { return part.contains(node); }); }

  function mark(part, errors) {
    part.querySelectorAll(".errors").forEach(function (list) { list.remove(); });
    part.querySelectorAll(".has-error").forEach(function (box) { box.classList.remove("has-error"); });
    part.querySelectorAll("[aria-invalid]").forEach(function (field) { field.removeAttribute("aria-invalid"); });
    var first = null;
    part.querySelectorAll("[name]").forEach(function (field) {
      var box = field.closest(".field");
      if (!errors[field.name] || box.classList.contains("has-error")) { return; }
      var list = document.createElement("ul");
      list.className = "errors";
      list.id = "error-" + field.name;
      errors[field.name].forEach(function (words) { list.appendChild(document.createElement("li")).textContent = words; });
      (box.querySelector(":scope > .help") || box.querySelector("label, legend")).after(list);
      box.classList.add("has-error");
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", list.id);
      first = first || field;
    });
    return first;
  }

  function look() {
    var typed = new FormData(form);
    typed.delete("files");
    return fetch(form.action, { method: "POST", body: typed, headers: { "X-Requested-With": "steps", "X-CSRFToken": window.pmo.csrfToken() } })
      .then(function (answer) { return answer.ok ? answer.json() : null; })
      .catch(function () { return null; })
      .then(function (found) {
        if (!found) { return {}; }
        frame.querySelector("[data-complete]").value = found.complete;
        frame.querySelector("[data-complete-words]").textContent = found.complete + "%";
        reading.innerHTML = found.reading;
        parts.forEach(function (part, index) {
          var wrong = Object.keys(found.errors).some(function (name) { return part.querySelector('[name="' + CSS.escape(name) + '"]'); });
          links[index].parentNode.classList.toggle("is-done", !wrong && index < parts.length - 1 && part.hasAttribute("data-seen"));
        });
        return found.errors;
      });
  }

  function show(index, focus) {
    now = index;
    parts.forEach(function (part, at) { part.hidden = at !== index; });
    parts[index].setAttribute("data-seen", "");
    links.forEach(function (link, at) { if (at === index) { link.setAttribute("aria-current", "step"); } else { link.removeAttribute("aria-current"); } });
    frame.querySelectorAll("[data-count-of]").forEach(function (words) { words.hidden = words.dataset.countOf !== parts[index].id; });
    frame.querySelector("[data-steps-move]").hidden = last();
    frame.querySelector("[data-back]").hidden = index === 0;
    if (focus) { (focus === true ? parts[index].querySelector("h2") : focus).focus({ preventScroll: focus === true }); }
    if (focus === true) { window.scrollTo(0, 0); }
  }

  function follow() {
    var target = document.getElementById(location.hash.slice(1));
    var index = target ? partOf(target) : 0;
    if (index < 0) { return; }
    var control = target && (target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea"));
    show(index, !target || target === parts[index] ? true : control || true);
    if (last()) { look(); }
  }
  function go(index) { location.hash = "#" + parts[index].id; }

  function onward() {
    var from = now;
    look().then(function (errors) {
      var wrong = mark(parts[from], errors);
      if (wrong) { wrong.focus(); } else { go(from + 1); }
    });
  }

  frame.addEventListener("click", function (event) {
    if (event.target.closest("[data-next]")) { onward(); }
    if (event.target.closest("[data-back]")) { go(now - 1); }
  });
  /* The Enter key goes on. The last step is looked over first, because a page that comes back has lost the chosen files. */
  var ready = false;
  form.addEventListener("submit", function (event) {
    if (ready) { return; }
    event.preventDefault();
    if (!last()) { onward(); return; }
    look().then(function (errors) {
      if (Object.keys(errors).length) {
        parts.forEach(function (part) { mark(part, errors); });
        reading.querySelector("a").focus();
      } else {
        ready = true;
        form.requestSubmit();
      }
    });
  });
  window.addEventListener("pageshow", function () { ready = false; });
  window.addEventListener("hashchange", follow);

  frame.classList.add("asking");
  frame.querySelector("nav").hidden = false;
  frame.querySelector("aside").hidden = false;
  var wrong = form.querySelector(".has-error");
  var refused = document.querySelector(".error-summary");
  if (refused) {
    parts.forEach(function (part) { part.setAttribute("data-seen", ""); });
    show(wrong ? partOf(wrong) : parts.length - 1);
    look();
  } else if (location.hash) { follow(); } else { show(0); }
})();
