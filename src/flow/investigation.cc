#include "flow/investigation.h"

#include "bytes/file.h"
#include "report/html.h"
#include "report/investigation.h"
#include "report/one_screen.h"

namespace sil::flow {
namespace {

std::string title_of(const std::string& folder) {
  std::string name = folder;
  while (name.size() > 1 && name.back() == '/') name.pop_back();
  if (auto slash = name.rfind('/'); slash != std::string::npos) name = name.substr(slash + 1);
  if (name.ends_with(".case")) name.resize(name.size() - 5);
  return name;
}

}  // namespace

Result<report::Investigation> gather_report(const casefile::CaseStore& store, const Investigate& task,
                                            Investigated& done, report::InvestigationBuilder* fed) {
  report::InvestigationBuilder read_back(task.report.show_secrets);
  report::InvestigationBuilder& builder = fed ? *fed : read_back;
  report::Investigation& out = builder.partial();
  out.name = title_of(task.case_folder);
  if (auto created = store.meta("created"); created && *created) out.created = **created;
  out.unknown_files = done.pipeline.unknown_in_folders;

  auto sources = store.sources();
  if (!sources) return tl::unexpected(sources.error());
  for (casefile::StoredSource& stored : *sources)
    builder.add_source(std::move(stored.source), std::move(stored.places));
  auto refused = store.refused_rules();
  if (!refused) return tl::unexpected(refused.error());
  for (const casefile::RefusedRule& rule : *refused) out.refused.push_back({rule.path, rule.reason, rule.line});
  out.rules_loaded = done.rules_loaded;
  auto passed_over = store.passed_over();
  if (!passed_over) return tl::unexpected(passed_over.error());
  out.passed_over = std::move(*passed_over);

  SIL_TRY(store.for_each_finding(
      [&](const Finding& finding) {
        builder.add(finding);
        return true;
      },
      [&](const Finding& finding) { return builder.wants_row(finding); }, {.only_correlations = fed != nullptr}));
  if (!fed) {
    SIL_TRY(store.for_each_anomaly([&](uint32_t source, const Anomaly& anomaly) {
      builder.add(source, anomaly);
      return true;
    }));
  }
  SIL_TRY(store.for_each_track([&](const Track& track) {
    if (track.alarm()) out.tracks.push_back(track);
    return true;
  }));
  report::Investigation whole = builder.finish();
  done.findings = whole.findings;
  done.joined = whole.joined;
  done.on_recovered = whole.recovered;
  done.by_level = whole.by_level;
  return whole;
}

Result<std::string> write_report(const report::Investigation& whole, const Investigate& task) {
  std::string path = task.case_folder + "/report.html";
  SIL_TRY(write_whole(path, report::html_report(whole, task.report)));
  return report::one_screen(whole, task.report, path);
}

}  // namespace sil::flow
