#include "report/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "report/html_assets.h"
#include "report/html_page.h"
#include "report/one_screen.h"

namespace sil::report {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kEvil[] =
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"' onload='x \xE2\x80\xAE\x1b[0m";

RuleInfo rule(int number, Level level) {
  RuleInfo info;
  info.id = "rule-" + std::to_string(number);
  info.title = "Rule " + std::to_string(number);
  info.level = level;
  info.tags = {"attack.t1003"};
  return info;
}

Finding finding(const RuleInfo* info, uint64_t second, const std::string& host, const std::string& summary) {
  Finding out;
  out.id = std::to_string(second);
  out.rule = info;
  out.time.ticks = 133'300'000'000'000'000 + second * kTicksPerSecond;
  out.host = host;
  out.summary = summary;
  out.channel = "Security";
  Citation citation;
  citation.spans = {{second, 100}};
  citation.sha256.fill(0xCD);
  out.citations = {citation};
  out.matched = {{"CommandLine", summary, "selection"}};
  return out;
}

// Every tag of the page, so that what a log smuggled in would show.
bool only_our_tags(const std::string& page) {
  size_t scripts = 0;
  for (size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
    std::string_view tag = std::string_view(page).substr(at, 8);
    if (tag == "<script>") ++scripts;
    if (tag.starts_with("<img") || tag.starts_with("<iframe") || tag.starts_with("<object")) return false;
  }
  return scripts == 1;
}

TEST(Html, CoveredTracksWeighWhereOneLooksFirst) {
  RuleInfo some = rule(1, Level::kHigh);
  InvestigationBuilder builder;
  builder.add(finding(&some, 1, "WEB.example.org", "x"));
  Track grave, slight;
  grave.detector = slight.detector = "R1";
  grave.kind = TrackClass::kContradiction;
  grave.level = Level::kCritical;
  grave.host = "gate";
  grave.summary = "the grave one";
  slight.kind = TrackClass::kChange;
  slight.level = Level::kLow;
  slight.host = "web";  // the same machine as above, without its domain
  slight.summary = "the slight one";
  builder.partial().tracks = {slight, grave};
  Investigation investigation = builder.finish();
  std::string page = html_report(investigation, {});
  EXPECT_THAT(page, HasSubstr("<div class=\"tile critical\"><b>1</b><span>critical<br>1 covered track</span>"));
  EXPECT_THAT(page, HasSubstr("<div class=\"tile high\"><b>1</b><span>high</span>"));
  EXPECT_THAT(page, HasSubstr("<b>2</b><span><a href=\"#tracks\">covered tracks</a></span>"));
  EXPECT_THAT(page, HasSubstr("<b>2</b><span>hosts</span>"));
  size_t section = page.find("<h2 id=\"tracks\">"), shown = page.find("the grave one"),
         fold = page.find("<details><summary class=\"note\">1 of lower levels"), hidden = page.find("the slight one"),
         over_time = page.find("<svg preserveAspectRatio");
  EXPECT_LT(section, shown);
  EXPECT_LT(shown, fold);
  EXPECT_LT(fold, hidden);
  EXPECT_LT(hidden, over_time);
}

TEST(Html, HostThatOnlyTracksAreKnownOfStandsAmongTheHosts) {
  RuleInfo info = rule(1, Level::kHigh);
  InvestigationBuilder builder;
  builder.add(finding(&info, 1, "web.example.org", "found"));
  for (const char* host : {"gate", "GATE", "WEB", "web.elsewhere.org"}) {
    Track track;
    track.detector = "R10";
    track.kind = TrackClass::kLoss;
    track.level = Level::kHigh;
    track.host = host;
    builder.partial().tracks.push_back(track);
  }
  std::string page = html_report(builder.finish(), {});
  EXPECT_THAT(page, HasSubstr("covered tracks</th></tr></thead>"));
  auto cells = [](const std::string& host, const std::string& high, const std::string& tracks) {
    auto cell = [](const std::string& n) {
      return "<td class=\"n" + std::string(n == "0" ? " z" : "") + "\" data-n=\"" + n + "\">" + n + "</td>";
    };
    return "<td class=\"w\">" + host + "</td>" + cell("0") + cell(high) + cell("0") + cell("0") + cell("0") +
           cell(tracks);
  };
  EXPECT_THAT(page, HasSubstr(cells("gate", "0", "2")));
  EXPECT_THAT(page, HasSubstr(cells("web.example.org", "1", "1")));
  EXPECT_THAT(page, HasSubstr(cells("web.elsewhere.org", "0", "1")));
  EXPECT_THAT(html_report(InvestigationBuilder().finish(), {}), Not(HasSubstr("By host")));
}

TEST(Html, PictureOfALossHasAHoleBetweenItsTwoEnds) {
  const auto holes = [](bool interval) {
    Track track;
    track.detector = "L1";
    track.kind = TrackClass::kLoss;
    track.level = Level::kHigh;
    track.summary = "41 serials are missing";
    if (interval) track.last = track.time;
    for (const Span span : {Span{100, 50}, Span{700, 60}}) {
      Citation citation;
      citation.spans.push_back(span);
      track.citations.push_back(citation);
    }
    InvestigationBuilder builder;
    builder.partial().tracks.push_back(track);
    const std::string page = html_report(builder.finish(), {});
    const size_t before = page.find("bytes 100 to 150"), hole = page.find("<title>41 serials are missing</title>"),
                 after = page.find("bytes 700 to 760");
    return before < hole && hole < after && after != std::string::npos;
  };
  EXPECT_TRUE(holes(true));
  EXPECT_FALSE(holes(false));  // the second citation is something else
}

TEST(Html, FindingOnARecoveredRecordIsMarkedWhereverItStands) {
  RuleInfo info = rule(1, Level::kHigh);
  InvestigationBuilder builder;
  Source source;
  source.events = 7;
  source.recovered = 2;
  builder.add_source(source, {});
  Finding back = finding(&info, 1, "web", "what was taken out");
  back.recovered = "hidden inside another record";
  builder.add(finding(&info, 2, "web", "what stayed"));
  builder.add(back);
  Investigation investigation = builder.finish();
  EXPECT_EQ(investigation.recovered, 1u);
  std::string page = html_report(investigation, {});
  const std::string mark = " <span class=\"rec\">recovered</span>";
  EXPECT_THAT(page, HasSubstr("what was taken out" + mark + "</summary>"));  // its row
  EXPECT_THAT(page, HasSubstr("what was taken out" + mark + "<br>"));        // what stands out
  EXPECT_THAT(page, HasSubstr("hidden inside another record"));
  EXPECT_THAT(page, Not(HasSubstr("what stayed" + mark)));
  EXPECT_THAT(page, HasSubstr("2 more recovered"));
  std::string screen = one_screen(investigation, {}, "r");
  EXPECT_THAT(screen, HasSubstr("7 events, 2 more recovered"));
  EXPECT_THAT(screen, HasSubstr("(1 on recovered records)"));
  EXPECT_THAT(screen, HasSubstr("what was taken out  [recovered]"));
}

TEST(Html, HostileTextStaysText) {
  RuleInfo evil = rule(1, Level::kHigh);
  evil.title = evil.description = evil.id = evil.status = evil.logsource = kEvil;
  evil.tags = evil.references = {kEvil};
  InvestigationBuilder builder;
  Source source;
  source.path = source.host = source.format = source.sha256 = kEvil;
  source.members = {kEvil};
  builder.add_source(source, {kEvil});
  Finding what = finding(&evil, 1, kEvil, kEvil);
  what.channel = what.joined = what.recovered = kEvil;
  what.matched = {{kEvil, kEvil, kEvil}};
  what.missing_fields = {kEvil};
  builder.add(what);
  builder.add(0, Anomaly{AnomalyKind::kTrailer, Level::kLow, {1, 2}, kEvil, kEvil, kEvil});
  builder.partial().name = builder.partial().created = kEvil;
  builder.partial().refused = {{kEvil, kEvil, 3}};
  ReportOptions options;
  options.zone_name = options.version = kEvil;
  std::string page = html_report(builder.finish(), options);
  EXPECT_TRUE(only_our_tags(page));
  EXPECT_THAT(page, Not(HasSubstr("onerror=alert(1)>")));
  EXPECT_THAT(page, Not(HasSubstr("\xE2\x80\xAE")));
  EXPECT_EQ(page.find('\x1b'), std::string::npos);
  // Inside attributes the quote is an entity, so no attribute ends early.
  EXPECT_THAT(page, Not(HasSubstr("\"' onload=")));
}

TEST(Html, OpensWithoutNetworkAndRunsOnlyOurScript) {
  InvestigationBuilder builder;
  std::string page = html_report(builder.finish(), {});
  Sha256 script = sha256(html_script()), style = sha256(html_style());
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, HasSubstr("script-src 'sha256-" + base64(Bytes(script.data(), 32)) + "'"));
  EXPECT_THAT(page, HasSubstr("style-src 'sha256-" + base64(Bytes(style.data(), 32)) + "'"));
  for (const char* outside : {"http://", "https://", "src=", "@import", "url(", "unsafe-", " style=", " onclick="}) {
    EXPECT_THAT(page, Not(HasSubstr(outside)));
  }
  EXPECT_THAT(page, HasSubstr("No rule matched"));
}

TEST(Html, Base64FollowsRfc4648) {
  EXPECT_EQ(base64(as_bytes("")), "");
  EXPECT_EQ(base64(as_bytes("f")), "Zg==");
  EXPECT_EQ(base64(as_bytes("fo")), "Zm8=");
  EXPECT_EQ(base64(as_bytes("foobar")), "Zm9vYmFy");
}

TEST(Html, RowsShowTimeHostSummaryAndCitation) {
  RuleInfo info = rule(1, Level::kHigh);
  InvestigationBuilder builder;
  Source source;
  source.path = "logs/dc1.evtx";
  source.sha256 = std::string(64, 'e');
  builder.add_source(source, {"copy/dc1.evtx"});
  builder.add(finding(&info, 4608, "HW-DC1", "ntdsutil.exe ifm"));
  ReportOptions options;
  options.zone_minutes = 60;
  options.zone_name = "+01:00";
  std::string page = html_report(builder.finish(), options);
  for (const char* part : {"ntdsutil.exe ifm", "HW-DC1", "Rule 1", "logs/dc1.evtx", "offset 4608", "length 100",
                           "cdcdcdcd", "times in +01:00", "copy/dc1.evtx", "attack.t1003", "<svg", "high"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
}

TEST(Html, StaysUnderFiveMegabytesAndTotalsStayWhole) {
  std::vector<RuleInfo> rules;
  for (int i = 0; i < 3000; ++i) {
    rules.push_back(rule(i, static_cast<Level>(i % 5)));
    rules.back().description = std::string(2000, '<');
  }
  InvestigationBuilder builder;
  for (int i = 0; i < 2000; ++i) {
    Source source;
    source.path = std::string(500, '&') + std::to_string(i);
    builder.add_source(source, {});
    builder.add(0, Anomaly{AnomalyKind::kClosure, Level::kLow, {1, 2}, std::string(500, '"'), "", ""});
  }
  uint64_t second = 0;
  for (int round = 0; round < 20; ++round) {
    for (const RuleInfo& info : rules) {
      ++second;
      std::string text = std::string(300, '<') + std::to_string(second);
      builder.add(finding(&info, second * 977, "H" + std::to_string(second % 1500), text));
    }
  }
  Investigation investigation = builder.finish();
  EXPECT_EQ(investigation.findings, 60000u);
  EXPECT_LE(investigation.by_host.size(), kHostLimit + 1);
  std::string page = html_report(investigation, {});
  EXPECT_LT(page.size(), kHtmlLimit);
  EXPECT_THAT(page, HasSubstr("12,000</b><span>critical"));
}

TEST(Html, AtMostTwoHundredRowsARule) {
  RuleInfo info = rule(1, Level::kLow);
  InvestigationBuilder builder;
  for (uint64_t i = 1000; i-- > 0;) builder.add(finding(&info, i, "H", "x" + std::to_string(i)));
  Investigation investigation = builder.finish();
  ASSERT_EQ(investigation.groups.size(), 1u);
  EXPECT_EQ(investigation.groups[0].rows.size(), kRowsPerRule);
  EXPECT_EQ(investigation.groups[0].rows.front().summary,
            "x0");  // the earliest, whatever the order of arrival
  EXPECT_EQ(investigation.groups[0].rows.back().summary, "x199");
  EXPECT_EQ(investigation.groups[0].count, 1000u);
  EXPECT_THAT(html_report(investigation, {}), HasSubstr("200 shown, the earliest of 1,000"));
}

TEST(Html, SpeaksFrench) {
  InvestigationBuilder builder;
  ReportOptions options;
  options.language = Language::kFrench;
  std::string page = html_report(builder.finish(), options);
  EXPECT_THAT(page, HasSubstr("<html lang=\"fr\">"));
  EXPECT_THAT(page, HasSubstr("Rapport d\u2019enqu\u00eate"));
  EXPECT_THAT(page, HasSubstr("critique"));
}

TEST(Html, SameInvestigationSameBytes) {
  RuleInfo a = rule(1, Level::kHigh), b = rule(2, Level::kLow);
  auto make = [&](bool swap) {
    InvestigationBuilder builder;
    for (uint64_t i = 0; i < 50; ++i) {
      uint64_t second = swap ? 49 - i : i;
      builder.add(
          finding(second % 2 ? &a : &b, second * 100, "H" + std::to_string(second % 3), "p" + std::to_string(second)));
    }
    return html_report(builder.finish(), {});
  };
  EXPECT_EQ(make(false), make(true));
}

}  // namespace
}  // namespace sil::report
