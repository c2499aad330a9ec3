/* A review counts what is answered as it is filled in: [data-answered], [data-answered-bar]. */
(function () {
  "use strict";
  function count(form) {
    var words = form.querySelector("[data-answered]");
    if (!words) { return; }
    var done = 0;
    form.querySelectorAll(".review-criterion").forEach(function (part) {
      var number = part.querySelector(".review-number");
      var chosen = part.querySelector(".levels input:checked");
      if (chosen || (number && (number.querySelector("input[type=number]").value !== "" || number.querySelector("input[type=checkbox]").checked))) { done += 1; }
    });
    words.textContent = done + " / " + words.dataset.answeredAll;
    form.querySelectorAll("[data-answered-bar]").forEach(function (bar) { bar.value = done; });
  }
  document.addEventListener("change", function (event) { var form = event.target.closest("form.review"); if (form) { count(form); } });
  document.addEventListener("input", function (event) { var form = event.target.closest("form.review"); if (form) { count(form); } });
  document.addEventListener("DOMContentLoaded", function () { document.querySelectorAll("form.review").forEach(count); });
})();
