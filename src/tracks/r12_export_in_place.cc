// R12, an export where a channel file belongs. Sees: a file that by its place is a channel's own log (winevt/Logs,
// named after the channel) but by its structure an export: all records but one exported and put in place
// (Eventlogedit's second way). Benign causes: somebody saved an export there. ATT&CK T1070.001. Cannot see: files
// that were moved before we got them; for those the name alone is told as context.
#include "bytes/text.h"
#include "tracks/judge.h"

namespace sil::tracks {
namespace {

std::string file_name(const Source& about) {
  std::string path = about.members.empty() ? about.path : about.members.back();
  for (const char* ending : {".gz", ".zst"}) {
    if (path.ends_with(ending)) path.resize(path.size() - std::string_view(ending).size());
  }
  return path.substr(path.find_last_of("/\\") + 1);
}

std::string name_of_channel(const std::string& channel) {
  std::string out;
  for (char c : channel) out += c == '/' ? std::string("%4") : std::string(1, c);
  return out + ".evtx";
}

bool in_log_folder(const Source& about) {
  std::string path = about.path;
  for (const std::string& member : about.members) path += '/' + member;
  path = folded(path);
  for (char& c : path) c = c == '\\' ? '/' : c;
  return path.find("winevt/logs/") != std::string::npos;
}

}  // namespace

void export_in_place(const SourceFacts& source, Judge& judge) {
  if (source.what != FileClass::kExport || source.channel.empty()) return;
  if (!equal_folded(file_name(source.about), name_of_channel(source.channel))) return;
  bool there = in_log_folder(source.about);
  Judged* judged = judge.add(source, there ? TrackClass::kChange : TrackClass::kContext,
                             there ? Level::kHigh : Level::kInformational);
  if (!judged) return;
  judged->track.summary = place(source) + (there ? ": an export lies where the channel's own log belongs"
                                                 : ": an export bears the name of the channel's own log");
  judged->track.expected = "a channel file: header ids and times equal to those of the events";
  judged->track.found = source.why;
  judged->track.benign_causes = {"somebody saved an export under this name"};
  judge.cite(judged, source, {{0, 128}});
}

}  // namespace sil::tracks
