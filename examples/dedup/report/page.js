"use strict";
// Texts, names and titles come from strangers: they only ever become text nodes.

const find = (id) => document.getElementById(id);
const make = (name, className, text) => {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};
const named = (relation) => relation.replace("-", " ");
const percent = (share) => `${Math.round(share * 100)} %`;
const many = (count, one, more) => `${count.toLocaleString("en")} ${count === 1 ? one : more}`;

const stories = JSON.parse(find("data").textContent);
stories.forEach((story, number) => {
  story.number = number;
  const times = story.members.map((member) => member.time).filter(Boolean).sort();
  [story.first, story.last] = [times[0] ?? "", times.at(-1) ?? ""];
  story.searched = story.members.map((member) => `${member.title}\n${member.id}\n${member.source ?? ""}`).join("\n").toLowerCase();
});

// The list: only what is in sight has elements.

const list = find("list");
const row = 16 * 5.25;
let shown = stories;
let active = 0;

const orders = {
  size: (a, b) => b.members.length - a.members.length,
  newest: (a, b) => (a.last < b.last) - (a.last > b.last),
  oldest: (a, b) => (a.first === "") - (b.first === "") || (a.first > b.first) - (a.first < b.first),
  score: (a, b) => b.score - a.score,
  doubt: (a, b) => a.score - b.score,
};

function choose() {
  const words = find("text").value.toLowerCase().split(/\s+/).filter(Boolean);
  const [relation, source] = [find("relation").value, find("source")?.value ?? ""];
  const isShown = (story) =>
    words.every((word) => story.searched.includes(word)) &&
    (!relation || story.members.some((member) => member.relation === relation)) &&
    (!source || story.members.some((member) => member.source === source));
  shown = stories.filter(isShown).sort(orders[find("sort").value]);
  active = Math.max(0, shown.findIndex((story) => story.number === open?.number));
  find("count").textContent =
    shown.length === stories.length ? many(shown.length, "story", "stories") : `${shown.length.toLocaleString("en")} of ${many(stories.length, "story", "stories")}`;
  list.style.height = `${shown.length * row}px`;
  list.replaceChildren();
  fill();
}

function fill() {
  const above = Math.max(0, -list.getBoundingClientRect().top);
  const first = Math.max(0, Math.floor(above / row) - 4);
  const last = Math.min(shown.length, first + Math.ceil(innerHeight / row) + 9);
  const places = new Set(Array.from({ length: last - first }, (_, step) => first + step));
  if (active < shown.length) places.add(active);
  for (const item of [...list.children]) {
    if (!places.delete(Number(item.dataset.place))) item.remove();
  }
  list.append(...[...places].map(itemAt));
  for (const item of list.children) {
    const place = Number(item.dataset.place);
    item.classList.toggle("active", place === active);
    item.setAttribute("aria-selected", String(shown[place].number === open?.number));
  }
  if (shown.length > 0) list.setAttribute("aria-activedescendant", `item-${active}`);
  else list.removeAttribute("aria-activedescendant");
}

function itemAt(place) {
  const story = shown[place];
  const item = make("div", "item");
  item.id = `item-${place}`;
  item.dataset.place = place;
  item.role = "option";
  item.ariaSetSize = shown.length;
  item.ariaPosInSet = place + 1;
  item.style.top = `${place * row}px`;
  const title = make("span", "title", story.members[0].title || story.members[0].id);
  title.dir = "auto";
  const kinds = new Map();
  for (const { relation } of story.members) kinds.set(relation, (kinds.get(relation) ?? 0) + 1);
  const mix = make("span", "mix");
  mix.role = "img";
  mix.ariaLabel = mix.title = [...kinds].map(([kind, count]) => `${count} × ${named(kind)}`).join(", ");
  for (const [kind, count] of kinds) mix.append(make("i", kind)), (mix.lastChild.style.flexGrow = count);
  const meta = [many(story.members.length, "document", "documents"), story.first.slice(0, 10), story.members[0].source];
  item.append(title, make("span", "meta", meta.filter(Boolean).join(" · ")), mix);
  item.addEventListener("click", () => show(story.number));
  return item;
}

function move(place) {
  active = Math.min(Math.max(0, place), shown.length - 1);
  const box = list.getBoundingClientRect();
  const [top, end] = [box.top + active * row, box.top + (active + 1) * row];
  const above = find("filter").getBoundingClientRect().bottom;
  const scroller = getComputedStyle(find("stories")).overflowY === "auto" ? find("stories") : document.scrollingElement;
  if (top < above) scroller.scrollTop -= above - top;
  else if (end > innerHeight) scroller.scrollTop += end - innerHeight;
  fill();
}

// A story: its members with the tree, and two of them side by side.

let open;
let pair;

const show = (number) => (location.hash = `story-${number + 1}`);

function follow() {
  const number = Number(/^#story-(\d+)$/.exec(location.hash)?.[1]) - 1;
  const story = stories[number];
  document.body.classList.toggle("reading", Boolean(story));
  find("overview").hidden = Boolean(story);
  find("story").hidden = !story;
  const wasOpen = open !== undefined;
  open = story && { number, story, ...JSON.parse(find(`evidence-${number}`).textContent) };
  const place = shown.indexOf(story);
  if (place >= 0) active = place;
  if (open) {
    draw();
    find("members").focus({ preventScroll: true });
    if (document.body.clientWidth < 896) scrollTo(0, 0);
  } else if (wasOpen) {
    list.focus({ preventScroll: true });
  }
  place >= 0 ? move(place) : fill();
}

function draw() {
  const { members, score } = open.story;
  const headline = find("headline");
  headline.textContent = members[0].title || members[0].id;
  headline.dir = "auto";
  const sources = new Set(members.map((member) => member.source).filter(Boolean));
  const { first, last } = open.story;
  find("facts").textContent = [
    many(members.length, "document", "documents"),
    sources.size > 0 && many(sources.size, "source", "sources"),
    first && (first === last ? first : `${first} to ${last}`),
    `score ${score.toFixed(2)}`,
  ].filter(Boolean).join(" · ");
  drawMembers(members);
  for (const side of ["a", "b"]) {
    find(side).replaceChildren(...members.map((member, place) => {
      const option = make("option", "", `${place + 1}  ${[member.source, member.title || member.id].filter(Boolean).join(" · ")}`);
      option.value = place;
      return option;
    }));
  }
  choosePair(members[1].of, 1);
}

// As in a drawing of commits: each row is a member, a line leads to it from its parent's lane.
function drawMembers(members) {
  const height = 52;
  const until = members.map((_, place) => place);
  members.forEach(({ of }, place) => of !== undefined && (until[of] = place));
  const busy = [];
  const lanes = [];
  members.forEach(({ of }, place) => {
    let lane = of === undefined ? 0 : lanes[of] + 1;
    while (busy[lane] >= place) lane++;
    busy[lane] = until[place];
    lanes.push(lane);
  });
  const step = Math.min(18, 90 / Math.max(1, ...lanes));
  const x = (place) => 18 + lanes[place] * step;
  const y = (place) => place * (height + 1) + height / 2;
  const svg = (name, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const width = 18 + Math.max(...lanes) * step + 18;
  const drawing = svg("svg", { width, height: members.length * (height + 1), "aria-hidden": "true" });
  members.forEach(({ of }, place) => {
    if (of === undefined) return;
    const bend = Math.min(12, x(place) - x(of));
    drawing.append(svg("path", { d: `M${x(of)} ${y(of)}V${y(place) - bend}q0 ${bend} ${bend} ${bend}H${x(place)}` }));
  });
  members.forEach(({ relation }, place) => drawing.append(svg("circle", { cx: x(place), cy: y(place), r: 6, class: relation })));
  const rows = members.map((member, place) => {
    const item = make("div", `member ${member.relation}`);
    item.id = `member-${place}`;
    item.role = "option";
    item.style.paddingLeft = `${width}px`;
    const title = make("span", "title", member.title || member.id);
    title.dir = "auto";
    const credits = member.agencies ? `credits ${member.agencies.join(", ")}` : "";
    const of = member.of === undefined ? "" : `of ${member.of + 1}`;
    const share = member.copied === undefined ? "" : `${percent(member.copied)} shared`;
    item.append(
      title,
      make("span", "kind", [named(member.relation), of].filter(Boolean).join(" ")),
      make("span", "meta", [place + 1, member.source, member.time, credits, member.title && member.id].filter(Boolean).join(" · ")),
      make("span", "share", share),
    );
    item.addEventListener("click", () => choosePair(member.of ?? 0, member.of === undefined ? 1 : place));
    return item;
  });
  find("members").replaceChildren(...rows, drawing);
  find("members").scrollTop = 0;
}

function choosePair(a, b) {
  pair = { a, b };
  [find("a").value, find("b").value] = [a, b];
  for (const item of find("members").querySelectorAll(".member")) {
    const place = Number(item.id.slice("member-".length));
    item.setAttribute("aria-selected", String(place === a || place === b));
    item.classList.toggle("active", place === b);
    if (place === b) item.scrollIntoView({ block: "nearest" });
  }
  find("members").setAttribute("aria-activedescendant", `member-${b}`);
  drawPair();
}

function drawPair() {
  const { a, b } = pair;
  const compared = open.pairs.find((other) => other.a === Math.min(a, b) && other.b === Math.max(a, b));
  // Spans are of the earlier member first.
  const turned = a > b;
  const spans = (compared?.spans ?? []).map(([kind, number, ...at]) => {
    const ends = turned ? [at[2], at[3], at[0], at[1]] : at;
    return { kind: ["copied", "retold", "piece"][kind], number, sides: [ends.slice(0, 2), ends.slice(2)] };
  });
  const left = open.texts[a];
  const right = open.texts[b];
  find("told").textContent =
    a === b ? "The same document on both sides: choose two."
    : !left || !right ? "Not compared: a text is not in this page, which would be too large."
    : !compared ? "Not compared: in large stories only each member with the one that it copies, and with the origin, as long as there is room."
    : tell(spans, turned ? compared.covered.toReversed() : compared.covered);
  drawText(find("text-a"), left, spans, 0);
  drawText(find("text-b"), right, spans, 1);
  drawPassages(left, spans);
}

function tell(spans, [left, right]) {
  const count = (kind) => new Set(spans.filter((span) => span.kind === kind).map((span) => span.number)).size;
  const [copied, retold] = [count("copied"), count("retold")];
  if (copied + retold === 0) return "No passage was copied, and no sentence is told again.";
  const parts = [];
  if (copied) parts.push(`${many(copied, "passage", "passages")} copied: ${left} % of the left, ${right} % of the right.`);
  if (retold) parts.push(`${many(retold, "sentence", "sentences")} told again, underlined; bold: names, figures and rare words of both.`);
  return parts.join(" ");
}

const hue = (number) => `h${number % 6}`;

function drawText(box, shown, spans, side) {
  box.scrollTop = 0;
  box.dir = "auto";
  if (!shown) return box.replaceChildren(make("p", "end", "This text is not in the page."));
  const { text, cut } = shown;
  const edges = new Set([0, text.length]);
  for (const span of spans) span.sides[side].forEach((at) => edges.add(at));
  const cuts = [...edges].sort((a, b) => a - b);
  const parts = [];
  // Spans that begin or end only at cuts: those open at a cut are open to the next.
  const begin = Map.groupBy(spans, (span) => span.sides[side][0]);
  let alive = [];
  for (let place = 0; place + 1 < cuts.length; place++) {
    const [start, end] = [cuts[place], cuts[place + 1]];
    alive = alive.filter((span) => span.sides[side][1] > start).concat(begin.get(start) ?? []);
    const piece = text.slice(start, end);
    const of = (kind) => alive.find((span) => span.kind === kind);
    const passage = of("copied") ?? of("retold");
    if (!passage && !of("piece")) {
      parts.push(document.createTextNode(piece));
      continue;
    }
    const mark = make("mark", "", piece);
    if (passage) {
      mark.classList.add(passage.kind, hue(passage.number));
      mark.dataset.number = passage.number;
    }
    if (of("piece")) mark.classList.add("piece");
    parts.push(mark);
  }
  if (cut) parts.push(make("p", "end", "Cut here: the text goes on."));
  box.replaceChildren(...parts);
}

function drawPassages(left, spans) {
  const seen = new Map();
  for (const span of spans) if (span.kind !== "piece" && !seen.has(span.number)) seen.set(span.number, span);
  const inOrder = [...seen.values()].sort((one, other) => one.sides[0][0] - other.sides[0][0]);
  find("passages").replaceChildren(...inOrder.map((span) => {
    const begins = left.text.slice(...span.sides[0]).slice(0, 80).replace(/\s+/g, " ");
    const button = make("button", `${span.kind} ${hue(span.number)}`, begins);
    button.type = "button";
    button.dir = "auto";
    button.addEventListener("click", () => light(span.number));
    return button;
  }));
}

// Brings a passage into sight on both sides.
function light(number) {
  for (const box of [find("text-a"), find("text-b")]) {
    box.querySelectorAll(".lit").forEach((mark) => mark.classList.remove("lit"));
    const marks = [...box.querySelectorAll("mark")].filter((mark) => mark.dataset.number === String(number));
    marks.forEach((mark) => mark.classList.add("lit"));
    if (marks[0]) box.scrollTop += marks[0].getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
  }
}

// What is done.

for (const id of ["text", "relation", "source", "sort"]) find(id)?.addEventListener("input", choose);
find("filter").addEventListener("submit", (event) => event.preventDefault());
for (const id of ["text-a", "text-b"]) {
  find(id).addEventListener("click", ({ target }) => target.dataset.number && light(Number(target.dataset.number)));
}
find("a").addEventListener("input", () => choosePair(Number(find("a").value), pair.b));
find("b").addEventListener("input", () => choosePair(pair.a, Number(find("b").value)));
find("theme").addEventListener("click", () => {
  const isDark = document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  document.documentElement.dataset.theme = isDark === "dark" ? "light" : "dark";
});
document.addEventListener("scroll", fill, { capture: true, passive: true });
addEventListener("resize", fill);
addEventListener("hashchange", follow);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = event.target.matches("input, select");
  const act = () => {
    if (event.key === "Escape") {
      if (event.target.id === "text" && find("text").value) find("text").value = "", choose();
      else if (isTyping) list.focus();
      else location.hash = "";
    } else if (event.target.id === "text" && (event.key === "ArrowDown" || event.key === "Enter")) list.focus();
    else if (isTyping) return false;
    else if (event.key === "/") find("text").focus();
    else if (event.key === "Enter" && event.target === list && shown[active]) show(shown[active].number);
    else return steps(event);
  };
  if (act() !== false) event.preventDefault();
});

// Up and down: through the members where these have the focus, else through the stories.
function steps({ key, target }) {
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -Infinity, End: Infinity }[key];
  if (step === undefined || target.closest(".text, a, button")) return false;
  if (find("members").contains(target)) {
    const members = open.story.members;
    const place = Math.min(Math.max(1, pair.b + step), members.length - 1);
    choosePair(members[place].of, place);
  } else {
    list.focus({ preventScroll: true });
    move(active + step);
  }
}

choose();
follow();
