/* For browsers that know no modules: they never run the page's script. Old syntax on purpose. */
(function () {
  function say() {
    var notice = document.getElementById("needs");
    if (notice) notice.className += " now";
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", say, false);
  else say();
})();
