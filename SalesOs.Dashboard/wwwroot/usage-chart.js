// The cursor of the usage charts, by pointer and by keyboard. What a bar says stands on it as data, in the reader's language; the listeners sit on the
// document, so a chart that the server draws anew needs no attaching.
(() => {
  const chartOf = node => node.closest?.("[data-chart]");
  const barsOf = chart => chart.querySelectorAll("[data-bar]");

  function show(chart, index) {
    const bars = barsOf(chart);
    const at = Math.max(0, Math.min(bars.length - 1, index));
    const bar = bars[at];
    if (!bar) {
      return;
    }

    chart.dataset.at = at;
    bars.forEach((one, i) => one.classList.toggle("at", i === at));
    const tip = chart.querySelector("[data-tip]");
    for (const part of ["title", "in", "refused"]) {
      tip.querySelector(`[data-tip-${part}]`).textContent = bar.dataset[part];
    }

    tip.hidden = false;
    const room = chart.clientWidth - tip.offsetWidth;
    const middle = ((at + 0.5) / bars.length) * chart.clientWidth;
    tip.style.insetInlineStart = `${Math.max(0, Math.min(room, middle - tip.offsetWidth / 2))}px`;
  }

  /** Says the bar under the cursor; only when the reader moved it, so that live figures don't talk. */
  function say(chart) {
    const bar = barsOf(chart)[chart.dataset.at];
    if (bar) {
      chart.setAttribute("aria-valuenow", chart.dataset.at);
      chart.setAttribute("aria-valuetext", bar.dataset.text);
    }
  }

  function hide(chart) {
    delete chart.dataset.at;
    barsOf(chart).forEach(bar => bar.classList.remove("at"));
    chart.querySelector("[data-tip]").hidden = true;
  }

  document.addEventListener("pointermove", event => {
    const chart = chartOf(event.target);
    if (chart) {
      const box = chart.getBoundingClientRect();
      show(chart, Math.floor(((event.clientX - box.left) / box.width) * barsOf(chart).length));
    }
  });

  document.addEventListener("pointerout", event => {
    const chart = chartOf(event.target);
    if (chart && !chart.contains(event.relatedTarget) && document.activeElement !== chart) {
      hide(chart);
    }
  });

  document.addEventListener("focusin", event => {
    const chart = chartOf(event.target);
    if (chart) {
      // A click has put the cursor where it is; by keyboard it begins at the latest bar.
      show(chart, Number(chart.dataset.at ?? barsOf(chart).length - 1));
      say(chart);
    }
  });

  document.addEventListener("focusout", event => {
    const chart = chartOf(event.target);
    if (chart) {
      hide(chart);
    }
  });

  document.addEventListener("keydown", event => {
    const chart = chartOf(event.target);
    if (!chart || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }

    const last = barsOf(chart).length - 1;
    const at = Number(chart.dataset.at ?? last);
    const page = Math.max(2, Math.round(last / 8));
    const to = {
      ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1,
      PageDown: at - page, PageUp: at + page, Home: 0, End: last,
    }[event.key];
    if (event.key === "Escape") {
      hide(chart);
    } else if (to !== undefined) {
      event.preventDefault();
      show(chart, to);
      say(chart);
    }
  });

  // New figures under a cursor that stands still: what it shows follows, silently.
  new MutationObserver(changes => {
    for (const chart of new Set(changes.map(change => chartOf(change.target)))) {
      if (chart?.dataset.at) {
        show(chart, Number(chart.dataset.at));
      }
    }
  }).observe(document.body, { subtree: true, attributes: true, attributeFilter: ["data-text"] });
})();
