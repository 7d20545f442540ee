// What the theme leaves open for readers with a keyboard or a screen reader.

// Whatever scrolls sideways can be reached with Tab and moved with the arrow keys.
function reachable() {
  for (const box of document.querySelectorAll("pre, div.math, figure, .table-wrapper")) {
    if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

function mend() {
  document.querySelectorAll("[role=heading]:not([aria-level])").forEach((caption) => (caption.ariaLevel = 2));
  document.querySelectorAll("summary[aria-label]").forEach((summary) => summary.removeAttribute("aria-label"));
  document.querySelector("aside.sidebar-drawer")?.setAttribute("aria-label", "Pages");
  document.querySelector("aside.toc-drawer")?.setAttribute("aria-label", "On this page");
  if (!document.querySelector("h1")) {
    const heading = document.createElement("h1"); // of the page for searching
    heading.textContent = document.title.split(" - ")[0];
    document.querySelector("article").prepend(heading);
  }
  reachable();
}

addEventListener("DOMContentLoaded", mend);
addEventListener("load", () => (window.MathJax?.startup?.promise ?? Promise.resolve()).then(reachable));
addEventListener("resize", reachable);
addEventListener("toggle", reachable, true); // a fold that opens
