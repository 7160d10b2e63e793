"use strict";
(() => {
  const all = (what, root = document) => [...root.querySelectorAll(what)];
  all(".scripted").forEach((part) => { part.hidden = false; });

  const theme = document.getElementById("theme");
  theme.addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });

  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.by === undefined ? cell.textContent.trim() : Number(cell.dataset.by);
  };
  const compare = (one, other) => typeof one === "number" && typeof other === "number"
    ? one - other
    : typeof one !== typeof other ? (typeof one === "number" ? -1 : 1) : one.localeCompare(other, document.documentElement.lang);
  all("table[data-sortable]").forEach((table) => {
    const body = table.tBodies[0];
    const whole = [...body.rows];
    all("thead th", table).forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      if (!head.textContent.trim()) return;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const numbers = head.classList.contains("number") && column > 0;
        const now = head.getAttribute("aria-sort");
        const down = now ? now === "ascending" : numbers;
        all("thead th", table).forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const home = table.id === "list" && column === 0 && !down;
        table.classList.toggle("sorted", !home);
        const rows = home ? whole : whole.filter((row) => !row.classList.contains("cut-row"))
          .map((row, place) => [row, place])
          .sort(([one, i], [other, j]) => (down ? -1 : 1) * compare(value(one, column), value(other, column)) || i - j)
          .map(([row]) => row);
        body.append(...rows);
      });
    });
  });

  const list = document.getElementById("list");
  if (list) {
    const filter = document.getElementById("filter");
    const standing = document.getElementById("standing");
    const found = document.getElementById("found");
    const choose = () => {
      const words = filter.value.trim().toLocaleLowerCase();
      let count = 0;
      [...list.tBodies[0].rows].forEach((row) => {
        if (row.classList.contains("cut-row")) { row.hidden = Boolean(words || standing.value); return; }
        row.hidden = Boolean(standing.value && row.dataset.status !== standing.value)
          || Boolean(words && !row.textContent.toLocaleLowerCase().includes(words));
        count += row.hidden ? 0 : 1;
      });
      found.textContent = words || standing.value ? found.dataset.words.replace("#", String(count)) : "";
    };
    filter.addEventListener("input", choose);
    standing.addEventListener("change", choose);
  }

  all("select[data-single]").forEach((select) => {
    const picture = document.getElementById(select.dataset.single);
    select.addEventListener("change", () => {
      picture.classList.toggle("single", Boolean(select.value));
      all(".band", picture).forEach((band) => band.classList.toggle("chosen", band.classList.contains(select.value)));
    });
  });

  const scenario = document.getElementById("scenario");
  if (scenario) {
    const table = document.querySelector("#shares table");
    scenario.addEventListener("change", () => {
      const chosen = scenario.value;
      table.classList.toggle("picked", Boolean(chosen));
      all("tr", table).forEach((row) => [...row.cells].forEach((cell, i) => cell.classList.toggle("picked", chosen !== "" && i === Number(chosen))));
      all(".told li").forEach((one) => one.classList.toggle("picked", one.dataset.scenario === chosen));
    });
  }
})();
