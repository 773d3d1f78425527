// What a test does with the fields of the page, and what it reads there: put into the page as `drive`.

(() => {
  const set = (input, value, kind) => { input.value = value; input.dispatchEvent(new Event(kind, {bubbles: true})); };
  const at = (id) => document.getElementById(id);
  const choose = (name) => set(at("edited"), name, "change");
  const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];
  window.drive = {
    start: (world, utility) => { set(at("world"), world, "change"); set(at("utility"), utility, "input"); },
    "add arrow": (s) => { at("from").value = s.from; at("to").value = s.to; at("add-arrow").click(); },
    "remove arrow": (s) => { set(at("arrow"), JSON.stringify([s.from, s.to]), "change"); at("as-if").value = s.place; at("remove-arrow").click(); },
    "set weight": (s) => { choose(s.name); set(document.querySelector(`#variable input[type=text][data-place="${s.place}"]`), s.weight, "change"); },
    "set row": (s) => {
      choose(s.name);
      const field = document.querySelectorAll("#variable tbody input, #variable tbody select")[s.row];
      set(field, field.tagName === "INPUT" ? s.text : s.place, "change");
    },
    read: () => {
      const rows = [...document.querySelectorAll("#scores tbody tr")].map((row) => [...row.children].map((cell) => cell.textContent));
      return {
        problem: at("problem").textContent,
        policies: rows.map((row) => row[0]), scores: rows.map((row) => row[1].split(" ")[0].replace("★", "")), flags: rows.map((row) => row.slice(2)),
        best: rows.filter((row) => row[1].includes("★")).map((row) => row[0]),
        verdict: document.querySelector("#verdict .verdict .word")?.textContent,
        kinds: [...document.querySelectorAll("#verdict .kinds li")].map((item) => item.textContent.split(": ")),
      };
    },
    place: (name) => middle(document.querySelector(`.box[data-name="${name}"]`).getBoundingClientRect()),
    // for each of so many edits the milliseconds that it takes, and those of a fixed sum beside it
    slide: (count) => Array.from({length: count}, (_, i) => {
      const timed = (work) => { const began = performance.now(); work(); return performance.now() - began; };
      const sum = () => { let total = 1; for (let k = 1; k < 5e5; k++) total = (total * k + k) % 1000003; return total; };
      return [timed(() => set(at("slider"), 5 + 7 * i, "input")), timed(sum)];
    }),
    follow: (steps) => steps.map((step) => { window.drive[step.do](step); return window.drive.read(); }),
  };
})()
