/* Drafts save themselves. form[data-autosave-url], optional data-autosave-key (who and what, for the local copy).

   Every change is first kept in localStorage and only taken away when the server has acknowledged exactly it, so that
   neither a lost connection nor an expired session nor a closed lid loses a word. The server answers JSON:
   200 {"saved_at": ISO moment, "version": number} (the form hears the whole answer as the event pmo:saved); 409 or 412 when somebody else saved (the page's own submit shows both
   versions); 401, 403 or a redirect to sign-in when the session is over; 422 {"fields": [{id, name, label, error}]} when it
   cannot keep it yet: these are named beside the buttons, each a link, and marked until the next save that succeeds. Nothing is
   put between the fields, so that nothing moves under the pen. */
(function () {
  "use strict";
  var pmo = window.pmo;
  function word(key) { return pmo.word(key); }
  function kept(field) { return field.name && field.type !== "file" && field.type !== "password" && field.name !== "csrfmiddlewaretoken" && field.name !== "version"; }

  function Draft(form) {
    this.form = form;
    this.key = "draft:" + (form.dataset.autosaveKey || form.dataset.autosaveUrl);
    this.status = form.querySelector("[data-autosave-status]") || document.querySelector("[data-autosave-status]");
    this.timer = 0; this.wait = 800; this.sending = false; this.changed = 0; this.stopped = false; this.waiting = null;
    var self = this;
    this.restore();
    form.addEventListener("input", function () { self.touch(); });
    form.addEventListener("change", function () { self.touch(); });
    form.addEventListener("submit", function (event) {
      /* A save is on its way: its new version must be known first, else this submit would collide with it. */
      if (self.sending) { event.preventDefault(); self.waiting = { button: event.submitter }; return; }
      self.keep(); form.dataset.autosaveState = "sent"; clearTimeout(self.timer); self.stopped = true;
    });
    window.addEventListener("online", function () { if (self.form.dataset.autosaveState === "pending") { self.wait = 800; self.plan(0); } });
    document.addEventListener("visibilitychange", function () { if (document.hidden && self.form.dataset.autosaveState === "pending") { self.plan(0); } });
  }
  Draft.prototype.values = function () {
    var pairs = [];
    Array.from(this.form.elements).forEach(function (field) {
      if (!kept(field)) { return; }
      if (field.type === "checkbox" || field.type === "radio") { if (field.checked) { pairs.push([field.name, field.value]); } return; }
      if (field.multiple && field.options) { Array.from(field.selectedOptions).forEach(function (option) { pairs.push([field.name, option.value]); }); return; }
      if (field.type !== "submit" && field.type !== "button") { pairs.push([field.name, field.value]); }
    });
    return pairs;
  };
  Draft.prototype.keep = function () {
    try { localStorage.setItem(this.key, JSON.stringify({ at: new Date().toISOString(), values: this.values() })); } catch (error) { /* full or private: the server copy remains */ }
  };
  Draft.prototype.forget = function () { try { localStorage.removeItem(this.key); } catch (error) { /* nothing kept */ } };
  Draft.prototype.restore = function () {
    var stored;
    try { stored = JSON.parse(localStorage.getItem(this.key) || "null"); } catch (error) { stored = null; }
    if (!stored || !stored.values) { return; }
    if (this.form.dataset.autosaveFresh !== undefined || JSON.stringify(stored.values) === JSON.stringify(this.values())) { this.forget(); return; }
    /* A page that comes back with errors already holds what was typed. */
    if (this.form.querySelector('[aria-invalid="true"]')) { return; }
    var form = this.form;
    var byName = new Map();
    stored.values.forEach(function (pair) { if (!byName.has(pair[0])) { byName.set(pair[0], []); } byName.get(pair[0]).push(pair[1]); });
    Array.from(form.elements).forEach(function (field) {
      if (!kept(field) || field.type === "submit" || field.type === "button" || field.type === "hidden") { return; }
      var values = byName.get(field.name) || [];
      if (field.type === "checkbox" || field.type === "radio") { field.checked = values.includes(field.value); }
      else if (field.multiple && field.options) { Array.from(field.options).forEach(function (option) { option.selected = values.includes(option.value); }); }
      else if (values.length) { field.value = values[0]; }
    });
    this.say(word("draft_restored"), true);
    form.dataset.autosaveState = "pending";
    this.plan(1500);
  };
  Draft.prototype.say = function (text, warning) {
    if (!this.status) { return; }
    this.status.textContent = text;
    this.status.classList.toggle("is-warning", Boolean(warning));
  };
  Draft.prototype.unmark = function () {
    this.form.querySelectorAll("[data-unsaved]").forEach(function (part) {
      if (part.dataset.unsaved === "field") { part.removeAttribute("aria-invalid"); part.removeAttribute("aria-errormessage"); }
      part.classList.remove("is-unsaved");
      delete part.dataset.unsaved;
    });
  };
  Draft.prototype.mark = function (field, id) {
    var part = field.id && document.getElementById(field.id);
    if (!part && field.name) { part = this.form.querySelector('[name="' + CSS.escape(field.name) + '"]'); }
    if (!part) { return null; }
    if (part.matches("input:not([type=radio]):not([type=checkbox]), select, textarea")) {
      if (part.getAttribute("aria-invalid") !== "true") {
        part.dataset.unsaved = "field";
        part.setAttribute("aria-invalid", "true");
        part.setAttribute("aria-errormessage", id);
      }
    } else {
      part = part.closest("fieldset, .field") || part;
      part.dataset.unsaved = "part";
      part.classList.add("is-unsaved");
    }
    return part;
  };
  /* Not saved: which fields, why, and a way to each. Text only: labels and sentences come from people. */
  Draft.prototype.refuse = function (fields) {
    var self = this;
    this.unmark();
    if (!fields || !fields.length) { this.say(word("draft_has_errors"), true); return; }
    this.say("", true);
    var line = document.createElement("span");
    line.append(word("draft_not_saved") + " ");
    fields.forEach(function (field, index) {
      var place = "draft-error-" + index;
      var part = self.mark(field, place);
      var piece = document.createElement("span");
      piece.id = place;
      if (part) {
        var link = document.createElement("a");
        if (!part.id) { part.id = "draft-part-" + index; }
        link.href = "#" + part.id;
        link.textContent = field.label || field.name;
        link.addEventListener("click", function (event) {
          var fold = part.closest("details");
          var target = part.matches("input, select, textarea") ? part : part.querySelector("input, select, textarea") || part;
          event.preventDefault();
          if (fold) { fold.open = true; }
          target.focus();
          part.scrollIntoView({ block: "center" });
        });
        piece.append(link, ": ");
      }
      piece.append(field.error + " ");
      line.append(piece);
    });
    line.append(word("words_kept"));
    if (this.status) { this.status.replaceChildren(line); }
  };
  Draft.prototype.touch = function () {
    this.changed += 1;
    this.form.dataset.autosaveState = "pending";
    this.keep();
    this.plan(800);
  };
  Draft.prototype.plan = function (delay) {
    var self = this;
    if (this.stopped) { return; }
    clearTimeout(this.timer);
    this.timer = setTimeout(function () { self.send(); }, delay);
  };
  Draft.prototype.later = function (text) {
    this.say(text, true);
    this.wait = Math.min(this.wait * 2, 30000);
    this.plan(this.wait);
  };
  Draft.prototype.send = function () {
    var self = this;
    if (this.stopped) { return; }
    if (this.sending) { this.plan(400); return; }
    var stamp = this.changed;
    this.sending = true;
    this.say(word("saving"));
    var body = new FormData(this.form);
    body.delete("csrfmiddlewaretoken"); /* the header below holds the newest one */
    fetch(this.form.dataset.autosaveUrl, {
      method: "POST", body: body, credentials: "same-origin", redirect: "manual",
      headers: { "X-CSRFToken": pmo.csrfToken(), "X-Requested-With": "autosave", Accept: "application/json" },
    }).then(function (answer) {
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
        self.say(word("session_over"), true);
        self.wait = 15000; self.plan(15000);
        return null;
      }
      if (answer.status === 409 || answer.status === 412) { self.stopped = true; self.say(word("somebody_else_saved"), true); return null; }
      if (answer.status === 422) {
        return answer.json().then(function (body) { self.refuse(body.fields); }, function () { self.refuse([]); });
      }
      if (!answer.ok) { self.later(word("server_failed")); return null; }
      return answer.json().then(function (body) {
        if (body.version !== undefined) {
          var version = self.form.querySelector('[name="version"]');
          if (version) { version.value = body.version; }
        }
        self.form.dispatchEvent(new CustomEvent("pmo:saved", { bubbles: true, detail: body }));
        self.wait = 800;
        self.unmark();
        if (self.changed === stamp) {
          self.forget();
          self.form.dataset.autosaveState = "saved";
          var at = body.saved_at ? new Date(body.saved_at) : new Date();
          var lang = document.documentElement.lang || undefined;
          self.say(word("saved_at").replace("%s", at.toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })));
        } else { self.plan(400); }
        return null;
      });
    }).catch(function () { self.later(word("offline")); }).finally(function () {
      self.sending = false;
      if (!self.waiting) { return; }
      var button = self.waiting.button;
      self.waiting = null;
      if (button) { self.form.requestSubmit(button); } else { self.form.requestSubmit(); }
    });
  };
  function start() {
    document.querySelectorAll("form[data-autosave-url]").forEach(function (form) {
      if (form.dataset.autosaveUrl && !form.pmoDraft) { form.pmoDraft = new Draft(form); }
    });
  }
  document.addEventListener("DOMContentLoaded", start);
  document.addEventListener("htmx:afterSettle", start);
})();
