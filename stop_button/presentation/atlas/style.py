"""How the page of the atlas looks: light and dark, on a desk and on a phone, with words and letters beside every colour."""

from __future__ import annotations

from typing import Final

__all__ = ["STYLE"]

STYLE: Final = """
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1f2933; --quiet: #52606d; --line: #b4bcc4; --field: #f4f5f7; --link: #005a9c;
  --proved: #a9d8c4; --holds: #dcf1e8; --fails: #f4c3a8; --tie: #f8e3b4; --open: #e4e8ec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16191d; --ink: #e6e9ec; --quiet: #a9b3bd; --line: #4a545e; --field: #22272d; --link: #8cc4ff;
    --proved: #14604a; --holds: #173d33; --fails: #73351a; --tie: #5b4710; --open: #333b43;
  }
}
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 84rem; padding: 1rem 1.25rem 4rem; background: var(--paper);
  color: var(--ink);
  overflow-wrap: break-word; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: .4rem 0; } h2 { font-size: 1.25rem; margin: 1.6rem 0 .4rem; }
h3 { font-size: .95rem; margin: .9rem 0 .2rem; } .cell h2 { margin: .3rem 0; }
p { margin: .4rem 0; max-width: 60rem; } a { color: var(--link); } .quiet { color: var(--quiet); font-size: .92rem; }
.legend { list-style: none; padding: 0; display: grid; gap: .25rem 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(22rem,
  100%), 1fr)); }
.legend b { display: inline-block; min-width: 1.6rem; text-align: center; border-radius: .2rem; margin-right: .3rem; }
.scroll { overflow: auto; max-width: 100%; } .whole { max-height: 85vh; width: fit-content; border: 1px solid var(--line); }
table { border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .7rem .25rem 0; text-align: left; vertical-align: top; }
th { font-weight: 600; } tr.best td { font-weight: 700; }
.whole table { border-collapse: separate; border-spacing: 0; }
.whole th, .whole td { padding: 0; border-bottom: 1px solid var(--line); border-right: 1px solid var(--line); text-align: center;
  vertical-align: middle; }
.whole tbody th { position: sticky; left: 0; z-index: 1; background: var(--paper); text-align: left; font-weight: 500; padding: 0
  .5rem; max-width: 17rem; }
.whole thead th { position: sticky; top: 0; z-index: 2; background: var(--paper); vertical-align: bottom; padding: .3rem 0;
  font-weight: 500; }
.whole thead th:first-child { left: 0; z-index: 3; } .whole thead span { writing-mode: vertical-rl; transform: rotate(180deg); }
.whole td { min-width: 1.75rem; } .whole td a { display: block; min-height: 1.65rem; line-height: 1.65rem; color: var(--ink);
  text-decoration: none; }
.whole td.costs { padding: 0 .4rem; white-space: nowrap; }
td a:hover, td a:focus-visible { text-decoration: underline; font-weight: 700; }
:focus-visible { outline: 3px solid var(--link); outline-offset: -3px; } :target { outline: 3px solid var(--link); outline-offset:
  -3px; }
.proved { background: var(--proved); } .holds { background: var(--holds); } .fails { background: var(--fails); }
.fails-by-a-tie { background: var(--tie); } .open { background: var(--open); } .does-not-apply { color: var(--quiet); }
.cell { display: none; } .cell:target { display: block; outline-offset: .5rem; margin: 1.2rem .5rem; scroll-margin-top: 1rem; }
.status { display: inline-block; padding: .1rem .5rem; border-radius: .2rem; }
pre { background: var(--field); padding: .6rem; white-space: pre-wrap; font: .88rem/1.45 ui-monospace, monospace; }
.formula { font-family: Georgia, serif; font-size: 1.04rem; }
details { margin: .5rem 0; } details:target { outline-offset: .35rem; } summary { cursor: pointer; padding: .2rem 0; }
@media (max-width: 40rem) {
  body { padding: .6rem .7rem 3rem; } .whole tbody th { max-width: 8.6rem; font-size: .8rem; padding: 0 .3rem; } .whole {
  max-height: 80vh; }
}
@media print { .cell { display: block; } .whole { max-height: none; } }
""".strip()
