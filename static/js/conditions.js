/* Questions that depend on others: [data-question][data-show-if] holds {"question", "test", "value"} (a value may be a list: any of them), or {"any": […]}, {"all": […]} of such; shown while it is true.
   What a hidden question holds is kept, and counts for nothing (the server decides the same way). [data-when-hidden] in it says
   so to a server that would else refuse what does not fit: a hidden field whose value is "1" while nobody sees the question. */
(function () {
  "use strict";
  function answers(box) {
    var found = [];
    if (!box || box.hidden) { return found; }
    box.querySelectorAll("input, select, textarea").forEach(function (field) {
      if ((field.type === "radio" || field.type === "checkbox") && !field.checked) { return; }
      if (field.value.trim() !== "") { found.push(field.value.trim()); }
    });
    return found;
  }
  /* An amount may be written short, as the server reads it: 450k, £1.2m, 2 million. */
  function number(text) {
    var said = /^(-?[\d.]+)(?:(k|thousand)|(m|mn|mio|million)|(b|bn|billion))?$/i.exec(String(text).replace(/[\s,£$€]/g, ""));
    return said ? Number(said[1]) * (said[2] ? 1e3 : said[3] ? 1e6 : said[4] ? 1e9 : 1) : NaN;
  }
  function same(answer, value) { return Array.isArray(value) ? value.includes(answer) : value === true ? answer === "yes" : value === false ? answer === "no" : answer === String(value); }
  function holds(condition, given) {
    var hit = given.some(function (answer) { return same(answer, condition.value); });
    switch (condition.test) {
      case "answered": return given.length > 0;
      case "empty": return given.length === 0;
      case "is": return hit;
      case "is_not": return given.length > 0 && !hit;
      case "at_least": return given.length > 0 && number(given[0]) >= Number(condition.value);
      case "at_most": return given.length > 0 && number(given[0]) <= Number(condition.value);
      default: return true;
    }
  }
  function met(condition, form) {
    if (condition.any) { return condition.any.some(function (one) { return met(one, form); }); }
    if (condition.all) { return condition.all.every(function (one) { return met(one, form); }); }
    return holds(condition, answers(form.querySelector('[data-question="' + condition.question + '"]')));
  }
  function refresh(form) {
    /* In order of the page: a question that depends on a hidden one is hidden, too. */
    form.querySelectorAll("[data-question][data-show-if]").forEach(function (box) {
      box.hidden = !met(JSON.parse(box.dataset.showIf), form);
      box.querySelectorAll("[data-when-hidden]").forEach(function (field) { field.value = box.hidden ? "1" : ""; });
    });
  }
  function heard(event) { var form = event.target.closest && event.target.closest("form"); if (form) { refresh(form); } }
  document.addEventListener("change", heard);
  document.addEventListener("input", heard);
  function start() { document.querySelectorAll("form").forEach(refresh); }
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); } else { start(); }
})();
