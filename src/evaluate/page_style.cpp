#include "evaluate/report_page.hpp"

namespace calx::evaluation {

std::string_view page_style() {
  // Colours after Okabe and Ito (2008), told apart with any colour vision.
  return R"css(
:root{--ink:#1c2126;--quiet:#5c6670;--line:#d9dee3;--paper:#fff;--card:#f6f8fa;--blue:#0072b2;
--orange:#d55e00;--green:#009e73;--sky:#56b4e9;--band:rgba(0,114,178,.16)}
@media (prefers-color-scheme:dark){:root{--ink:#e4e8ec;--quiet:#9aa4ae;--line:#343b43;--paper:#14181c;
--card:#1c2228;--blue:#56b4e9;--orange:#f0883e;--green:#2fc39a;--band:rgba(86,180,233,.2)}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1120px;padding:28px 24px 60px;background:var(--paper);color:var(--ink);
font:15px/1.5 system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
h1{font-size:26px;margin:0 0 4px}h2{font-size:19px;margin:40px 0 12px;padding-top:10px;border-top:1px solid var(--line)}
h3{font-size:15px;margin:22px 0 6px}p{margin:6px 0}.quiet{color:var(--quiet)}
.notice{display:inline-block;margin:8px 0 0;padding:3px 10px;border-radius:4px;background:var(--card);
border-left:3px solid var(--orange)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:12px;margin:22px 0}
.tile{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px 14px}
.tile b{display:block;font-size:25px;line-height:1.25;font-variant-numeric:tabular-nums}
.tile span{display:block;color:var(--quiet);font-size:13px;line-height:1.35}
.plots{columns:2 420px;column-gap:18px}
.plot{width:100%;display:block;break-inside:avoid;margin:0 0 18px;background:var(--card);border:1px solid var(--line);border-radius:8px}
.plot text{font:12px system-ui,"Segoe UI","DejaVu Sans",sans-serif;fill:var(--ink)}
.plot .title{font-size:14px;font-weight:600}.plot .tick,.plot .axis{fill:var(--quiet)}
.plot .grid{stroke:var(--line);fill:none}.plot .curve{stroke:var(--blue);stroke-width:2.5;fill:none}
.plot .band{fill:var(--band);stroke:none}.plot .dot{fill:var(--blue)}
.plot .point{fill:var(--blue);fill-opacity:.5}.plot .identity{stroke:var(--quiet);fill:none}
.plot .bias{stroke:var(--orange);stroke-width:2;fill:none}
.plot .limit{stroke:var(--orange);stroke-width:1.4;stroke-dasharray:6 4;fill:none}
.plot .limit-label{fill:var(--orange);text-anchor:end;transform:translate(-4px,-4px)}
.plot .interval{stroke:var(--blue);stroke-width:2.5;stroke-linecap:round;opacity:.55;fill:none}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:14px}
td,th{padding:4px 12px 4px 0;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--quiet);font-weight:600}td.n,th.n{text-align:right}
table.figures{width:100%;table-layout:fixed}table.figures th:first-child{width:50%}
.better{color:var(--green);font-weight:600}.worse{color:var(--orange);font-weight:600}
table.confusion td,table.confusion th{padding:5px 8px;text-align:center;border:1px solid var(--line)}
table.confusion th:first-child{text-align:right}table.confusion thead th{font-size:12px}
table.confusion td.right{outline:2px solid var(--green);outline-offset:-2px}
.cases{display:grid;grid-template-columns:1fr;gap:20px}
figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:8px;overflow:hidden}
.pictures{display:flex;gap:2px;background:#000;align-items:stretch}
.film{flex:1 1 0;min-width:0;height:420px;background:#000}figcaption{padding:8px 14px}
.film path{fill:none;stroke-width:1.8;vector-effect:non-scaling-stroke}
.film .found{stroke:#2fe0a0}.film .missed{stroke:#ff5a4e;stroke-width:2.4}.film .mimic{stroke:#c9a0ff}
.film .invisible{stroke:#9aa4ae;stroke-dasharray:2 3}.film .result{stroke:#ffd24a}
.film .wrong{stroke:#ff9d2e;stroke-dasharray:7 3;stroke-width:2.2}.film .other{stroke:#8aa;stroke-dasharray:3 3}
.film .crop{stroke:#fff;stroke-opacity:.55;stroke-width:1}
.legend{display:flex;flex-wrap:wrap;gap:6px 20px;margin:8px 0 16px;padding:8px 14px;border-radius:8px;background:#14181c;color:#e4e8ec;font-size:13px}
.legend svg{width:30px;height:10px;vertical-align:middle;margin-right:6px}
)css";
}

} // namespace calx::evaluation
