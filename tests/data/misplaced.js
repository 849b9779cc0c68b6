() => {
  const wrong = [];
  for (const table of document.querySelectorAll("article table")) {
    const heads = [...(table.tHead?.rows[table.tHead.rows.length - 1]?.cells ?? [])];
    const { tHead } = table;
    const clipped = tHead && getComputedStyle(tHead).position === "absolute";
    const cells = [...(tHead?.querySelectorAll("th, td") ?? [])];
    const seen = cells.filter((one) => one.offsetParent);
    const lefts = seen.map((one) => one.getBoundingClientRect().left);
    for (const row of table.tBodies[0]?.rows ?? []) {
      if (row.hidden || !row.offsetParent) continue;
      for (const [at, cell] of [...row.cells].entries()) {
        const head = heads[at];
        if (!tHead || !cell.textContent.trim() || cell.colSpan > 1) continue;
        if (clipped) {
          const own = cell.dataset.head;
          if (at > 0 && own !== head.textContent.trim()) wrong.push(cell.textContent);
          continue;
        }
        const { left } = cell.getBoundingClientRect();
        const isBelow = lefts.some((own) => Math.abs(own - left) <= 2);
        if (!isBelow) wrong.push(cell.textContent);
      }
    }
  }
  return wrong.slice(0, 3);
}
