// The guide reads without this: it adds a copy button to each block of code, and shows the same language in all samples of a page.
const text = document.querySelector("main").dataset;
const said = document.getElementById("said");

for (const block of document.querySelectorAll(".code")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text.copy;
  button.addEventListener("click", async () => {
    const copied = await dashboard.copy(block.querySelector("code").textContent);
    said.textContent = copied ? text.copied : text.failed;
    button.textContent = copied ? text.copied : text.copy;
    setTimeout(() => (button.textContent = text.copy), 2000);
  });
  block.append(button);
}

const show = language => {
  for (const tab of document.querySelectorAll(`.tabs input[value="${CSS.escape(language)}"]`)) {
    tab.checked = true;
  }
};

// Private windows may keep nothing, and say so by throwing.
const kept = act => {
  try {
    return act(localStorage);
  } catch {
    return null;
  }
};

for (const set of document.querySelectorAll(".tabs")) {
  set.addEventListener("change", event => {
    const before = set.getBoundingClientRect().top;
    show(event.target.value);
    kept(store => store.setItem(`guide-${set.childElementCount}`, event.target.value));
    // Samples above may have become longer or shorter: what the reader looks at stays where it is.
    scrollBy(0, set.getBoundingClientRect().top - before);
  });
  const chosen = kept(store => store.getItem(`guide-${set.childElementCount}`));
  if (chosen) {
    show(chosen);
  }
}
