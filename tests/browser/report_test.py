#!/usr/bin/env python3
"""report.html in a real browser: report_test.py PROGRAM. Exit 0 passed, 1 failed, 77 no browser.

Makes two cases with PROGRAM - the example incident, and events full of hostile text - and looks at their reports in
headless chromium: no console errors, no network, nothing runs but the page's own script, hostile text stays text,
the page fits a desktop and a phone, light and dark, and says everything with scripts turned off.
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import chromium  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HOSTILE = ("<script>window.owned=1</script><img src=x onerror=\"window.owned=2\"><svg onload=window.owned=3>"
           "</td></table></details></style></title><a href=javascript:window.owned=4>&lt;b&gt; \u202Egnp.exe\u202C "
           "\u2066x\u2069 \x1b[31mred\x1b[0m \x07 ' \" ` ${window.owned=5}")
BIDI = "\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\u001b\\u0007"
FORMS = [(1280, 900, False), (1280, 900, True), (390, 844, False), (390, 844, True)]

CONTRAST = """(() => {  // the least contrast between an element's own text and what lies behind it (WCAG 2.1, 1.4.3)
  const parts = c => c.match(/[\\d.]+/g).map(Number);
  const light = c => { const l = c.slice(0, 3).map(v => v / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * l[0] + .7152 * l[1] + .0722 * l[2]; };
  const behind = e => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] === 1) return c; } return [255, 255, 255]; };
  let worst = [99, ''];
  for (const e of document.querySelectorAll(
      'h1,h2,.sub,.tile b,.tile span,.badge,.name,.when,.place,.cite,.v,.kv b,td.t,th,a,summary')) {
    if (!e.getClientRects().length || !e.textContent.trim()) continue;
    const a = light(parts(getComputedStyle(e).color)), b = light(behind(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < worst[0]) worst = [ratio, e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 40)];
  }
  return worst; })()"""


def hostile_events(path):
    with open(path, "w", encoding="utf-8") as file:
        for number in range(1, 4):
            system = {"Provider": {"#attributes": {"Name": "Microsoft-Windows-Sysmon"}}, "EventID": 1,
                      "EventRecordID": number, "Channel": "Microsoft-Windows-Sysmon/Operational",
                      "Computer": "HOST" + HOSTILE, "TimeCreated": {"#attributes": {
                          "SystemTime": f"2024-03-14T10:0{number}:00.000000Z"}}}
            data = {"Image": "C:\\Windows\\System32\\ntdsutil.exe", "User": HOSTILE, "ParentImage": "C:\\" + HOSTILE,
                    "OriginalFileName": "ntdsutil.exe", "UtcTime": "2024-03-14 10:00:00.000",
                    "CommandLine": 'ntdsutil "ac i ntds" ifm "create full C:\\x" q q ' + HOSTILE}
            file.write(json.dumps({"Event": {"System": system, "EventData": data}}) + "\n")


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory(prefix="silhouette-report-")
        cls.events = os.path.join(cls.place.name, "hostile.ndjson")
        hostile_events(cls.events)
        cls.page = chromium.Page(chromium.find())

    @classmethod
    def tearDownClass(cls):
        cls.page.close()
        cls.place.cleanup()

    def report(self, name, *arguments):
        case = os.path.join(self.place.name, name)
        if not os.path.exists(case):
            done = subprocess.run([PROGRAM, "investigate", *arguments, "--case", case, "-q"], capture_output=True,
                                  env=dict(os.environ, HOME=self.place.name), check=False)
            self.assertEqual(done.returncode, 0, done.stderr.decode())
        return os.path.join(case, "report.html")

    def harbor(self):
        return self.report("harbor.case", os.path.join(ROOT, "examples", "harbor"))

    def hostile(self):
        return self.report("hostile.case", self.events)

    def assert_quiet(self, path):
        self.assertEqual(self.page.complaints(), [])
        self.assertEqual(self.page.requests(), ["file://" + path])

    def test_loads_without_complaint_and_without_network(self):
        for path in (self.harbor(), self.hostile()):
            self.page.open(path)
            self.assert_quiet(path)

    def test_hostile_text_shows_as_text_and_nothing_of_it_runs(self):
        path = self.hostile()
        self.page.open(path)
        self.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        self.assertIn("<script>window.owned=1</script>", self.page.evaluate("document.body.innerText"))
        self.assertIsNone(self.page.evaluate("window.owned"))
        self.assertEqual(self.page.evaluate("document.scripts.length"), 1)
        self.assertEqual(self.page.evaluate(
            "document.querySelectorAll('img,iframe,object,embed,form,base,link').length"), 0)
        self.assertEqual(self.page.evaluate(
            "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes])"
            ".filter(a => a.name.startsWith('on') || /^\\s*javascript:/i.test(a.value)).length"), 0)
        self.assertFalse(self.page.evaluate(f"/[{BIDI}]/.test(document.documentElement.outerHTML)"))
        self.assertGreaterEqual(self.page.evaluate("document.querySelectorAll('tr.f').length"), 3)
        self.assert_quiet(path)

    def test_a_smuggled_script_would_be_refused_by_the_policy(self):
        self.page.open(self.hostile())
        self.page.evaluate("document.body.appendChild(Object.assign(document.createElement('script'),"
                           "{textContent: 'window.owned = 9'})); fetch('http://192.0.2.1/').catch(() => 0)")
        self.assertIsNone(self.page.evaluate("window.owned"))
        self.assertTrue(any("Content Security Policy" in text for text in self.page.complaints()))

    def test_fits_desktop_and_phone_in_light_and_dark(self):
        for path in (self.harbor(), self.hostile()):
            for width, height, dark in FORMS:
                with self.subTest(path=os.path.basename(os.path.dirname(path)), width=width, dark=dark):
                    self.page.window(width, height, dark)
                    self.page.open(path)
                    self.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
                    self.assertLessEqual(self.page.evaluate("document.documentElement.scrollWidth"), width)
                    # A value that a rule read gets room: never a column of single letters.
                    narrowest = self.page.evaluate(
                        "Math.min(...[...document.querySelectorAll('.kv .v, td.w')].map(e => e.clientWidth))")
                    self.assertGreater(narrowest, 180)
                    ratio, where = self.page.evaluate(CONTRAST)
                    self.assertGreaterEqual(ratio, 4.5, where)

    def test_reads_whole_with_scripts_turned_off(self):
        path = self.harbor()
        self.page.call("Emulation.setScriptExecutionDisabled", value=True)
        try:
            self.page.open(path)
            self.assertEqual(self.page.evaluate("getComputedStyle(document.querySelector('.bar')).display"), "none")
            self.assertIn("ntdsutil.exe", self.page.evaluate("document.querySelector('table.steps').innerText"))
            self.assertGreater(self.page.evaluate("document.querySelectorAll('details.rule tr.f').length"), 50)
            self.assertGreater(self.page.evaluate("document.querySelectorAll('svg rect title').length"), 20)
        finally:
            self.page.call("Emulation.setScriptExecutionDisabled", value=False)

    def test_filter_narrows_to_what_was_typed(self):
        self.page.open(self.harbor())
        shown = "[...document.querySelectorAll('details.rule')].filter(e => e.getClientRects().length).length"
        whole = self.page.evaluate(shown)
        self.page.evaluate("document.getElementById('q').value = 'portproxy'")
        self.page.evaluate("document.getElementById('h').dispatchEvent(new Event('change'))")
        self.assertGreater(self.page.evaluate(shown), 0)
        self.assertLess(self.page.evaluate(shown), whole)

    def test_french_page_says_its_own_words_in_french(self):
        self.page.open(self.report("fr.case", os.path.join(ROOT, "examples", "harbor"), "--lang", "fr"))
        self.assertEqual(self.page.evaluate("document.documentElement.lang"), "fr")
        words = self.page.evaluate("[...document.querySelectorAll('h2,th,.tile span,.sub,.bar label,.note,.badge')]"
                                   ".map(e => e.textContent.toLowerCase()).join(' | ')")
        for english in ("findings", "host", "what ", "time", "count", "high", "medium", "low", "rules", "events",
                        "found", "bytes", "level", "shown", "loaded", "one bar"):
            self.assertNotRegex(words, rf"\b{english}\b")


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    if not chromium.find():
        print("skipped: chromium is not installed (apt-get install chromium)")
        sys.exit(77)
    unittest.main(verbosity=1)
