#include "report/html_assets.h"

namespace sil::report {
namespace {

constexpr std::string_view kStyle = R"css(
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1b2430;--soft:#5b6777;--line:#dde2e9;--head:#eef1f5;
--critical:#a3122b;--high:#c2410c;--medium:#8a6100;--low:#2463b4;--informational:#5b6777;--accent:#0f5c7a;
--fill-high:#d1480c;--fill-medium:#c99212;--fill-low:#4f86cf;--fill-informational:#a3aebb}
@media(prefers-color-scheme:dark){:root{--bg:#12161c;--card:#1a2028;--ink:#e3e8ee;--soft:#97a3b3;--line:#2c3540;
--head:#212934;--critical:#ff6b7d;--high:#ff9257;--medium:#e7b93c;--low:#72a8f2;--informational:#93a0b0;
--accent:#6cc3e4;--fill-high:#ff9257;--fill-medium:#e7b93c;--fill-low:#72a8f2;--fill-informational:#5d6979}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:14px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main,header.top,footer{max-width:1280px;margin:0 auto;padding:0 20px}
header.top{padding-top:28px}
h1{font-size:24px;margin:0;letter-spacing:-.01em;overflow-wrap:anywhere}h2{font-size:17px;margin:32px 0 10px}
h2::first-letter,th::first-letter{text-transform:uppercase}
.sub{color:var(--soft);margin:2px 0 14px;overflow-wrap:anywhere}
code,.v,.t,.cite{font-family:ui-monospace,"Cascadia Mono","DejaVu Sans Mono",Menlo,monospace;font-size:12.5px}
.totals{display:grid;grid-template-columns:10fr 9fr;gap:10px;margin-bottom:10px}
.tiles{display:grid;grid-template-columns:repeat(5,minmax(0,1fr));gap:10px}.tiles.facts{grid-template-columns:repeat(2,minmax(0,3fr)) repeat(3,minmax(0,2fr))}
.tile{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 14px;border-top:3px solid var(--line)}
.tile b{display:block;font-size:23px;line-height:1.25;font-weight:650;font-variant-numeric:tabular-nums}
.tile span{color:var(--soft);font-size:12.5px}
.tile.critical{border-top-color:var(--critical)}.tile.high{border-top-color:var(--high)}
.tile.medium{border-top-color:var(--medium)}.tile.low{border-top-color:var(--low)}
.tile.informational{border-top-color:var(--informational)}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;overflow-x:auto}
.pad{padding:14px 16px 10px}
svg{display:block;width:100%;height:150px;border-bottom:1px solid var(--line)}
svg .critical{fill:var(--critical)}svg .high{fill:var(--fill-high)}svg .medium{fill:var(--fill-medium)}
svg .low{fill:var(--fill-low)}svg .informational{fill:var(--fill-informational)}
.axis{display:grid;color:var(--soft);font-size:11.5px;padding-top:4px}
.a2{grid-template-columns:repeat(2,1fr)}.a6{grid-template-columns:repeat(6,1fr)}
table{border-collapse:collapse;width:100%}
table.stack{table-layout:fixed}
.ct{width:192px}.cl{width:118px}.ch{width:158px}.cp{width:210px}.cn{width:74px}.steps .ct{width:166px}
th{font-weight:600;text-align:left;color:var(--soft);font-size:12px;background:var(--head)}
th,td{padding:6px 12px;border-bottom:1px solid var(--line);vertical-align:top}
tr:last-child>td{border-bottom:0}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}td.z{color:var(--soft);opacity:.55}
td.t{white-space:nowrap;color:var(--soft)}
td.w{overflow-wrap:anywhere;min-width:240px}
.nb{display:inline-block;max-width:100%;overflow-wrap:anywhere}.dom{color:var(--soft);font-size:12px}
.js table.sort th{cursor:pointer}.js table.sort th:hover{color:var(--ink)}
.badge{display:inline-block;min-width:66px;text-align:center;border-radius:4px;padding:0 7px;font-size:11.5px;
font-weight:650;border:1px solid currentColor;white-space:nowrap}
.badge.critical{color:#fff;background:var(--critical);border-color:var(--critical)}
@media(prefers-color-scheme:dark){.badge.critical{color:#200}}
.badge.high{color:var(--high)}.badge.medium{color:var(--medium)}.badge.low{color:var(--low)}
.badge.informational{color:var(--informational)}
.rec{border:1px dashed;border-radius:4px;padding:0 5px;font-size:11.5px;white-space:nowrap}
.bar{display:none;gap:8px 12px;align-items:center;flex-wrap:wrap;margin:10px 0}.js .bar{display:flex}
.bar input[type=search]{flex:1 1 260px;padding:7px 11px;border:1px solid var(--line);border-radius:6px;
background:var(--card);color:var(--ink);font:inherit}
.bar select{padding:7px;border:1px solid var(--line);border-radius:6px;background:var(--card);color:var(--ink);font:inherit;max-width:240px}
.bar label{white-space:nowrap;color:var(--soft)}
details.rule{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--line);border-radius:8px;margin:8px 0}
details.rule.critical{border-left-color:var(--critical)}details.rule.high{border-left-color:var(--high)}
details.rule.medium{border-left-color:var(--medium)}details.rule.low{border-left-color:var(--low)}
details.rule.informational{border-left-color:var(--informational)}
details.rule>summary{padding:9px 14px;cursor:pointer;display:grid;grid-template-columns:auto 1fr auto auto;gap:4px 12px;
align-items:center;list-style:none}
details.rule>summary::-webkit-details-marker{display:none}
details.rule>summary .name{font-weight:600;overflow-wrap:anywhere}
details.rule>summary .name::before{content:"\25B8";color:var(--soft);margin-right:8px}
details.rule[open]>summary .name::before{content:"\25BE"}
details.rule>summary .when{color:var(--soft);font-size:12.5px;text-align:right}
details.rule>summary .num{font-weight:650;font-variant-numeric:tabular-nums;min-width:48px;text-align:right}
details.rule>summary:hover,details.hit>summary:hover{background:var(--head)}
summary:focus-visible,input:focus-visible,select:focus-visible,a:focus-visible,th:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
.about{padding:4px 16px 10px;color:var(--soft);overflow-wrap:anywhere}.about p{margin:4px 0;max-width:86em}
.chips em{font-style:normal;color:var(--soft);opacity:.85;margin-left:6px}.chips span{display:inline-block;border:1px solid var(--line);border-radius:10px;padding:0 8px;margin:2px 4px 2px 0;font-size:12px}
details.hit>summary{cursor:pointer;overflow-wrap:anywhere}
.more{margin:8px 0 4px;padding:8px 10px;background:var(--head);border-radius:6px}
.kv{display:grid;grid-template-columns:minmax(80px,max-content) minmax(0,1fr) max-content;gap:3px 14px}
.kv b{font-weight:600;font-size:12.5px;color:var(--soft);overflow-wrap:anywhere;max-width:220px}
.kv i{font-style:normal;font-size:12px;color:var(--soft);max-width:150px;overflow-wrap:anywhere}
.v{white-space:pre-wrap;overflow-wrap:anywhere}
.cite{color:var(--soft);overflow-wrap:anywhere;margin:6px 0 2px}
.place{color:var(--soft);font-size:12.5px;overflow-wrap:anywhere}
svg.chain{width:190px;height:26px;margin:4px 0 0;border:0}
.note{color:var(--soft);padding:8px 16px;margin:0}
pre{overflow-x:auto;background:var(--head);padding:10px 14px;border-radius:6px}
a{color:var(--accent)}
.hide{display:none!important}
footer{color:var(--soft);padding-top:28px;padding-bottom:40px}
@media(max-width:980px){.totals{grid-template-columns:minmax(0,1fr)}.cp{width:150px}.ch{width:120px}}
@media(max-width:760px){
main,header.top,footer{padding-left:12px;padding-right:12px}
.tile{padding:7px 10px}.tile b{font-size:19px}
.tiles.levels{grid-template-columns:repeat(6,minmax(0,1fr))}.levels .tile{grid-column:span 2}
.levels .tile:nth-child(-n+2){grid-column:span 3}.tiles.facts{grid-template-columns:repeat(2,minmax(0,1fr))}
.a6 span:nth-child(even){display:none}.a6{grid-template-columns:repeat(3,1fr)}
table.stack,.stack tbody,.stack tr,.stack td{display:block;width:auto}.stack thead,.stack colgroup{display:none}
.stack tr{padding:8px 12px;border-bottom:1px solid var(--line)}.stack td{border:0;padding:1px 0}.stack td:empty{display:none}
.stack td.t,.stack td.t~td:not(.w):not(.n){display:inline-block;margin-right:10px}.stack td.w{min-width:0}
.steps td.n{text-align:left;color:var(--soft)}.steps td.n::before{content:"\00D7"}.stack td.place{font-size:11.5px}
details.rule>summary{grid-template-columns:auto 1fr auto}details.rule>summary .when{grid-column:1/-1;grid-row:2;text-align:left}
.kv{grid-template-columns:minmax(0,1fr)}.kv i:empty{display:none}.kv b,.kv i{max-width:none}
}
@media print{body{background:#fff;font-size:11px}.js .bar{display:none}details.rule,.card,.tile{break-inside:avoid-page;border-color:#bbb}
main,header.top,footer{max-width:none;padding:0}}
)css";

constexpr std::string_view kScript = R"js(
(function(){
'use strict';
document.documentElement.classList.add('js');
var q=document.getElementById('q'),h=document.getElementById('h');
var boxes=[].slice.call(document.querySelectorAll('input[data-level]'));
var groups=[].slice.call(document.querySelectorAll('details.rule')).map(function(g){
  return {e:g,level:g.dataset.level,name:g.querySelector('.name').textContent.toLowerCase(),rows:null};});
function rows(g){
  if(!g.rows){g.rows=[].slice.call(g.e.querySelectorAll('tr.f')).map(function(r){
    return {e:r,text:r.textContent.toLowerCase(),host:r.dataset.host};});}
  return g.rows;}
function apply(){
  var words=q.value.toLowerCase().split(/\s+/).filter(Boolean),host=h.value;
  var on={};boxes.forEach(function(b){on[b.dataset.level]=b.checked;});
  var narrow=words.length>0||host!=='';
  groups.forEach(function(g){
    if(!on[g.level]){g.e.classList.add('hide');return;}
    var any=!narrow;
    if(narrow||g.filtered){
      rows(g).forEach(function(r){
        var ok=(host===''||r.host===host)&&words.every(function(w){return g.name.indexOf(w)>=0||r.text.indexOf(w)>=0;});
        r.e.classList.toggle('hide',!ok);any=any||ok;});
      g.filtered=narrow;}
    g.e.classList.toggle('hide',!any);});}
var timer=0;
if(q){q.addEventListener('input',function(){clearTimeout(timer);timer=setTimeout(apply,120);});
h.addEventListener('change',apply);boxes.forEach(function(b){b.addEventListener('change',apply);});}
[].forEach.call(document.querySelectorAll('table.sort'),function(t){
  [].forEach.call(t.querySelectorAll('th'),function(th,i){var up=true;th.tabIndex=0;
    th.addEventListener('keydown',function(e){if(e.key==='Enter')th.click();});
    th.addEventListener('click',function(){
      var body=t.tBodies[0],list=[].slice.call(body.rows);
      var key=function(r){var c=r.cells[i];return c.dataset.n!==undefined?Number(c.dataset.n):c.textContent;};
      list.sort(function(a,b){var x=key(a),y=key(b);return (x<y?-1:x>y?1:0)*(up?1:-1);});
      up=!up;list.forEach(function(r){body.appendChild(r);});});});});
function opened(){var g=location.hash&&document.getElementById(location.hash.slice(1));if(g&&g.tagName==='DETAILS')g.open=true;}
window.addEventListener('hashchange',opened);opened();
window.addEventListener('beforeprint',function(){groups.forEach(function(g){g.e.open=true;});});
})();
)js";

}  // namespace

std::string_view html_style() {
  return kStyle;
}
std::string_view html_script() {
  return kScript;
}

}  // namespace sil::report
