// The menu that all rows of the key list share.
(() => {
  const menuOf = target => target.closest?.("[role=menu]");

  document.addEventListener("keydown", event => {
    const menu = menuOf(event.target);
    const items = menu ? [...menu.querySelectorAll("[role=menuitem]")] : [];
    const at = items.indexOf(event.target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined && at >= 0) {
      event.preventDefault();
      items.at(to % items.length).focus();
    } else if (event.key === "Tab") {
      menu?.hidePopover();
    }
  });

  document.addEventListener("click", event => event.target.closest("[role=menuitem]") && menuOf(event.target)?.hidePopover());

  // The button stays where it is on the page; the menu would stay where it is on the screen.
  addEventListener("scroll", () => document.querySelector("[role=menu]:popover-open")?.hidePopover(), { passive: true });

  Object.assign((window.apiKeys ??= {}), {
    /** Opens the rows' menu beside one row's button: below it, or above where the screen ends. */
    openMenu(buttonId) {
      const button = document.getElementById(buttonId);
      const menu = document.getElementById("row-menu");
      if (!button || !menu) {
        return;
      }

      button.focus();
      menu.showPopover();
      const { bottom, right, top } = button.getBoundingClientRect();
      const below = bottom + 4 + menu.offsetHeight <= innerHeight;
      menu.style.top = `${below ? bottom + 4 : Math.max(8, top - 4 - menu.offsetHeight)}px`;
      menu.style.left = `${Math.max(8, right - menu.offsetWidth)}px`;
      menu.querySelector("[role=menuitem]")?.focus({ preventScroll: true });
    },
  });
})();
