// Where the variables and arrows of a causal graph stand: in layers from left to right, with few crossings.

import { inOrder } from "./world.mjs";

const ACROSS = 62;
const DOWN = 58;
const HEIGHT = 34;
const PASS = 16;
const MARGIN = 14;

const widthOf = (name) => Math.max(54, 9 * [...name].length + 22);

/** The graph laid out: boxes with their middle and width, arrows with the points that they pass, and the size of the whole. */
export function layout(world) {
  const layers = layered(world);
  untangle(layers);
  const widths = layers.map((layer) => Math.max(...layer.map((item) => (item.through ? 10 : widthOf(item.name)))));
  const tall = Math.max(...layers.map(heightOf));
  let left = MARGIN;
  layers.forEach((layer, i) => {
    let top = MARGIN + (tall - heightOf(layer)) / 2;
    for (const item of layer) {
      const height = item.through ? PASS : DOWN;
      Object.assign(item, { x: left + widths[i] / 2, y: top + height / 2, width: item.through ? 0 : widthOf(item.name), height: HEIGHT });
      top += height;
    }
    left += widths[i] + ACROSS;
  });
  const boxes = layers.flat().filter((item) => !item.through);
  return { boxes, arrows: arrows(world, boxes), width: left - ACROSS + MARGIN, height: tall + 2 * MARGIN };
}

const heightOf = (layer) => layer.reduce((sum, item) => sum + (item.through ? PASS : DOWN), 0);

/** The layers, with a narrow place for each arrow that passes through one. */
function layered(world) {
  const depth = new Map();
  const order = inOrder(world);
  for (const v of order) depth.set(v.name, Math.max(-1, ...v.parents.map((p) => depth.get(p))) + 1);
  for (const v of [...order].reverse()) {
    const below = world.variables.filter((one) => one.parents.includes(v.name)).map((one) => depth.get(one.name));
    if (below.length && !v.parents.length) depth.set(v.name, Math.min(...below) - 1);
  }
  const layers = Array.from({ length: Math.max(...depth.values()) + 1 }, () => []);
  const items = new Map(order.map((v) => [v.name, { name: v.name, from: [] }]));
  order.forEach((v) => layers[depth.get(v.name)].push(items.get(v.name)));
  for (const v of order) {
    for (const parent of v.parents) {
      let before = items.get(parent);
      for (let d = depth.get(parent) + 1; d < depth.get(v.name); d += 1) {
        const pass = { through: [parent, v.name], from: [before] };
        layers[d].push(pass);
        before = pass;
      }
      items.get(v.name).from.push(before);
      (items.get(v.name).way ??= new Map()).set(parent, before);
    }
  }
  return layers.filter((layer) => layer.length);
}

/** Order each layer by the middle of its neighbours, forwards and backwards a few times. */
function untangle(layers) {
  const to = new Map();
  for (const item of layers.flat()) for (const before of item.from) to.set(before, [...(to.get(before) ?? []), item]);
  const sort = (layer, neighbours) => {
    const place = new Map(layers.flatMap((one) => one.map((item, i) => [item, (i + 0.5) / one.length])));
    const middle = new Map(layer.map((item) => {
      const near = neighbours(item);
      return [item, near.length ? near.reduce((sum, one) => sum + place.get(one), 0) / near.length : place.get(item)];
    }));
    layer.sort((a, b) => middle.get(a) - middle.get(b));
  };
  for (let round = 0; round < 6; round += 1) {
    layers.slice(1).forEach((layer) => sort(layer, (item) => item.from));
    [...layers].reverse().slice(1).forEach((layer) => sort(layer, (item) => to.get(item) ?? []));
  }
}

function arrows(world, boxes) {
  const by = new Map(boxes.map((box) => [box.name, box]));
  return world.variables.flatMap((v) => v.parents.map((parent) => {
    const points = [];
    for (let at = by.get(v.name).way.get(parent); at.through; [at] = at.from) points.unshift([at.x, at.y]);
    const [tail, head] = [by.get(parent), by.get(v.name)];
    const towards = points.at(-1) ?? [tail.x, tail.y];
    return { from: parent, to: v.name, points: [[tail.x + tail.width / 2, tail.y], ...points, landing(head, towards)] };
  }));
}

/** Arrows come in on the left, higher or lower by where they come from, so that two of them do not meet before the box. */
function landing(box, [, y]) {
  const shift = Math.max(-1, Math.min(1, (y - box.y) / 120)) * (box.height / 2 - 6);
  return [box.x - box.width / 2 - 3, box.y + shift];
}

/** A smooth line through points, as the path of an SVG. */
export function curve(points) {
  const [first, ...others] = points;
  let path = `M ${first[0]} ${first[1]}`;
  let [x, y] = first;
  for (const [nextX, nextY] of others) {
    const bend = (nextX - x) / 2;
    path += ` C ${x + bend} ${y}, ${nextX - bend} ${nextY}, ${nextX} ${nextY}`;
    [x, y] = [nextX, nextY];
  }
  return path;
}
