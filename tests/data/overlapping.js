() => {
  const wrong = [];
  for (const svg of document.querySelectorAll("svg.chart-svg, svg[role=img]")) {
    const box = svg.getBoundingClientRect();
    if (!box.width) continue;
    const scale = box.width / svg.viewBox.baseVal.width;
    const texts = [...svg.querySelectorAll("text")]
      .map((text) => [text.textContent.trim(), text.getBoundingClientRect()])
      .filter(([text]) => text);
    for (const [at, [text, a]] of texts.entries()) {
      for (const [other, b] of texts.slice(at + 1)) {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 2 * scale && down > 4 * scale) wrong.push([text, other]);
      }
    }
  }
  return wrong.slice(0, 3);
}
