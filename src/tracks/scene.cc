#include "tracks/scene.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "bytes/text.h"

namespace sil::tracks {
namespace {

const std::vector<const Note*> kNoNotes;

std::string account_of(const Note& note, const char* domain, const char* user) {
  const std::string& name = note.field(user);
  if (name.empty() || name == "-") return {};
  const std::string& of = note.field(domain);
  return of.empty() || of == "-" ? name : of + '\\' + name;
}

std::string file_part(const std::string& path) {
  return path.substr(path.find_last_of("/\\") + 1);
}

}  // namespace

std::string Actor::text() const {
  std::string out = account;
  if (!image.empty()) out += (out.empty() ? "by " : " with ") + file_part(image);
  if (!address.empty() && address != "-" && address != "::1" && address != "127.0.0.1") out += " from " + address;
  return out;
}

Scene::Scene(const std::vector<SourceFacts>& sources, Beside beside) : sources_(sources), beside_(std::move(beside)) {
  for (const SourceFacts& source : sources) {
    for (const ProcessPage& page : source.processes) processes_.add(page, source.index);
    for (const Note& note : source.notes) {
      if (note.telling) by_interest_[note.interest].push_back(&note);
      if (note.interest == Interest::kLogon && !note.field("TargetLogonId").empty())
        logons_.emplace(std::make_pair(note.host, folded(note.field("TargetLogonId"))), &note);
    }
  }
  for (auto& [interest, notes] : by_interest_) {
    std::stable_sort(notes.begin(), notes.end(), [](const Note* a, const Note* b) {
      return std::tie(a->host, a->time.ticks) < std::tie(b->host, b->time.ticks);
    });
  }
}

const std::vector<const Note*>& Scene::notes(Interest interest) const {
  auto it = by_interest_.find(interest);
  return it == by_interest_.end() ? kNoNotes : it->second;
}

Actor Scene::actor(const Note& note) const {
  Actor out;
  out.account = account_of(note, "SubjectDomainName", "SubjectUserName");
  if (out.account.empty()) out.account = note.field("User");
  out.logon_id = note.field("SubjectLogonId");
  if (out.logon_id.empty()) out.logon_id = note.field("LogonId");
  for (const char* name : {"Image", "NewProcessName", "ProcessName"}) {
    if (out.image.empty()) out.image = note.field(name);
  }
  out.command = note.field("CommandLine");
  out.parent = note.field("ParentImage");
  if (const std::string& guid = note.field("ProcessGuid"); !guid.empty()) {
    if (out.account.empty()) out.account = processes_.text(guid, ProcessText::kUser);
    if (out.command.empty()) out.command = processes_.text(guid, ProcessText::kCommandLine);
    if (out.parent.empty()) out.parent = processes_.text(guid, ProcessText::kParentImage);
    if (out.logon_id.empty()) out.logon_id = processes_.text(guid, ProcessText::kLogonId);
    if (auto place = processes_.place(guid)) out.told_by.push_back(*place);
  }
  if (!out.logon_id.empty()) {
    if (auto it = logons_.find({note.host, folded(out.logon_id)}); it != logons_.end()) {
      out.address = it->second->field("IpAddress");
      out.told_by.emplace_back(it->second->source, it->second->where);
      if (out.account.empty()) out.account = account_of(*it->second, "TargetDomainName", "TargetUserName");
    }
  }
  return out;
}

}  // namespace sil::tracks
