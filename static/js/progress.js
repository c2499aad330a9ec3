/* [data-progress-url]: asks the address every second (slower when it waits long) and draws the count; the job goes on without the page. */
(function () {
  "use strict";
  var known = new WeakSet();
  function watch(box) {
    if (known.has(box) || !box.dataset.progressUrl || /finished|failed/.test(box.dataset.state)) { return; }
    known.add(box);
    var bar = box.querySelector("progress");
    var count = box.querySelector("[data-progress-count]");
    var message = box.querySelector("[data-progress-message]");
    var wait = 1000;
    function again() { if (box.isConnected) { setTimeout(ask, wait); } }
    function ask() {
      fetch(box.dataset.progressUrl, { headers: { Accept: "application/json" }, credentials: "same-origin" }).then(function (answer) {
        if (!answer.ok) { throw new Error(String(answer.status)); }
        return answer.json();
      }).then(function (job) {
        wait = 1000;
        box.dataset.state = job.state;
        if (job.total) { bar.max = job.total; bar.value = job.done; count.textContent = window.pmo.word("count_of").replace("%1", job.done).replace("%2", job.total); }
        else if (job.state === "finished") { bar.max = 1; bar.value = 1; }
        if (job.message !== undefined && message.textContent !== job.message) { message.textContent = job.message; }
        if (job.state === "finished" || job.state === "failed") {
          if (job.redirect) { location.assign(job.redirect); }
          return;
        }
        again();
      }).catch(function () { wait = Math.min(wait * 2, 15000); message.textContent = window.pmo.word("progress_waiting"); again(); });
    }
    ask();
  }
  function start() { document.querySelectorAll("[data-progress-url]").forEach(watch); }
  document.addEventListener("DOMContentLoaded", start);
  document.addEventListener("htmx:afterSettle", start);
})();
