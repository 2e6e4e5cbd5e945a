// How pages look: on paper white and in the dark, on a phone and a wide screen.

#ifndef ALEXNET_TOOLS_ALEXNET_PAGE_STYLE_H_
#define ALEXNET_TOOLS_ALEXNET_PAGE_STYLE_H_

namespace alexnet::cli {

// Series a, b and c are blue, vermilion and green of Okabe and Ito, which the
// colour-blind tell apart (Color Universal Design, 2008).
inline constexpr const char* kStyle = R"css(
:root {
  --back: #fff; --ink: #1d1f21; --soft: #5a6067; --line: #d9dde1;
  --shade: #f3f5f7; --a: #0072b2; --b: #d55e00; --c: #009e73; --bad: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #16181b; --ink: #e6e8ea; --soft: #a2a9b0; --line: #363b41;
    --shade: #1f2226; --a: #56b4e9; --b: #f08a3c; --c: #3fc79a; --bad: #ff8a80;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 72rem; padding: 1rem; background: var(--back);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif;
}
a { color: var(--a); }
h1 { font-size: 1.5rem; overflow-wrap: anywhere; margin: .5rem 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0 0 .5rem; }
p, figcaption { color: var(--soft); margin: .25rem 0 .75rem; max-width: 44rem; }
dl { display: grid; grid-template-columns: 9rem 1fr; gap: .25rem 1rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
}
.bad { color: var(--bad); font-weight: 600; }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
.scroll { overflow-x: auto; }
.wide:focus-visible, .scroll:focus-visible { outline: 2px solid var(--a); }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
th, td { padding: .3rem .6rem; text-align: right; white-space: nowrap; }
thead th { background: var(--shade); font-weight: 600; }
tbody tr { border-top: 1px solid var(--line); }
td, tbody th { font-variant-numeric: tabular-nums; font-weight: 400; }
tfoot { border-top: 2px solid var(--line); }
.left { text-align: left; }
.share { position: relative; min-width: 5.5rem; }
.share i {
  position: absolute; inset: .25rem auto .25rem 0; background: var(--a);
  opacity: .25; border-radius: 2px;
}
figure { margin: 0 0 1rem; }
figcaption { overflow-wrap: anywhere; }
svg { display: block; }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
svg .quiet { fill: var(--soft); }
svg .face { fill: var(--shade); stroke: var(--ink); stroke-width: 1; }
svg .link, svg .grid { stroke: var(--line); fill: none; }
svg .axis { stroke: var(--soft); fill: none; }
svg .bars { fill: var(--a); }
svg .a { stroke: var(--a); } svg .b { stroke: var(--b); } svg .c { stroke: var(--c); }
svg .series { fill: none; stroke-width: 2; stroke-linejoin: round; }
svg .faint.series { stroke: var(--soft); stroke-width: 1; opacity: .6; }
svg .mark { stroke: var(--bad); stroke-dasharray: 2 4; fill: none; }
svg .warning { fill: var(--bad); font-weight: 600; }
svg .b.series { stroke-dasharray: 7 3; } svg .c.series { stroke-dasharray: 2 3; }
.chart { width: 100%; max-width: 40rem; height: auto; }
@media (max-width: 40rem) { .chart text { font-size: 15px; } }
.cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); }
.cards figure { border: 1px solid var(--line); border-radius: 6px; padding: .5rem; margin: 0; min-width: 0; }
.cards figcaption { margin: 0; font-size: .8125rem; overflow-wrap: anywhere; }
.cards svg { width: 100%; height: auto; }
.towers { display: flex; flex-wrap: wrap; gap: 1.5rem; }
.pixels { image-rendering: pixelated; width: 34rem; max-width: 100%; height: auto; display: block; }
.seen { display: grid; gap: 1.5rem; align-items: start; margin-bottom: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); }
.seen > * { min-width: 0; margin: 0; }
.seen th { white-space: normal; overflow-wrap: anywhere; }
.seen .share { width: 50%; }
.photo { width: 100%; height: auto; display: block; border-radius: 4px; }
.crops { display: grid; gap: .75rem; grid-template-columns: repeat(5, minmax(0, 1fr)); }
.crops figure { margin: 0; }
.crops figcaption { font-size: .8125rem; margin: .25rem 0 0; }
@media (max-width: 40rem) {
  .crops { grid: repeat(5, auto) / auto-flow minmax(0, 1fr); }
}
.maps { grid-template-columns: repeat(auto-fill, minmax(min(28rem, 100%), 1fr)); }
.maps .pixels { width: 100%; }
.charts { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); }
.charts > * { min-width: 0; margin: 0; }
.matrix { width: auto; }
.matrix td { position: relative; min-width: 2.5rem; }
.matrix td i { position: absolute; inset: 1px; background: var(--b); border-radius: 2px; }
.matrix td.right i { background: var(--a); }
.matrix td span { position: relative; }
.matrix abbr { text-decoration: none; }
.thumbs { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(7.5rem, 1fr)); }
.thumbs figure { margin: 0; min-width: 0; }
.thumbs figcaption { margin: .25rem 0 0; font-size: .8125rem; line-height: 1.35; }
.thumbs b { color: var(--ink); }
.thumb { width: 100%; aspect-ratio: 1; object-fit: contain; background: var(--shade); display: block; border-radius: 4px; }
.seen .thumb { max-width: 16rem; }
.coarse { image-rendering: pixelated; }
ol, ul { padding-left: 1.5rem; margin: .25rem 0 .75rem; overflow-wrap: anywhere; }
details { margin: 1rem 0; }
summary { cursor: pointer; color: var(--soft); }
)css";

// What charts need of that, without variables, which few viewers of drawings
// know.
inline constexpr const char* kDrawingStyle = R"css(
text { fill: #1d1f21; font: 12px sans-serif; }
.quiet { fill: #5a6067; }
.grid { stroke: #d9dde1; fill: none; }
.axis { stroke: #5a6067; fill: none; }
.series { fill: none; stroke-width: 2; stroke-linejoin: round; }
.faint { stroke: #5a6067; stroke-width: 1; opacity: .6; }
.a { stroke: #0072b2; }
.b { stroke: #d55e00; stroke-dasharray: 7 3; }
.c { stroke: #009e73; stroke-dasharray: 2 3; }
.mark { stroke: #b3261e; stroke-dasharray: 2 4; fill: none; }
.warning { fill: #b3261e; font-weight: 600; }
)css";

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_PAGE_STYLE_H_
