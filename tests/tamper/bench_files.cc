#include "tamper/bench_files.h"

#include <algorithm>
#include <cstdlib>

#include "bytes/file.h"
#include "evtx_writer/writer.h"

namespace sil::tamper {
namespace {

using namespace sil::evtx_writer;

std::string evtx_folder() {
  const char* stated = std::getenv("SIL_SHARED");
  return std::string(stated ? stated : SIL_SHARED) + "/data/evtx";
}

struct Dice {
  uint64_t state;
  uint64_t below(uint64_t limit) {
    state += 0x9e3779b97f4a7c15;
    uint64_t z = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (z ^ (z >> 31)) % limit;
  }
};

Event event_of(Dice& dice, SystemShape shape, uint64_t id, uint64_t time) {
  constexpr SystemShape kSlots = SystemShape::kSlots;
  Event event;
  uint64_t kind = dice.below(6);
  event.provider = "Nordhafen-Bench";
  if (shape != SystemShape::kClassic) event.provider_guid = "{b4a63d5e-1b0e-4d8e-9c77-0d2f6a1c9e01}";
  event.channel = "Nordhafen/Operational";
  event.computer = "BENCH.example.org";
  event.event_id = static_cast<uint16_t>(100 + kind);
  event.time = time;
  event.record_id = id;
  event.system = shape;
  event.sized_nulls = shape == kSlots;
  if (shape == SystemShape::kClassic) {
    event.body = BodyShape::kClassicData;
    std::vector<std::string> texts = {"text " + std::to_string(id), std::string(20 + dice.below(180), 'c')};
    event.fields = {{"", strings_value(texts)}};
    return event;
  }
  for (uint64_t i = 0; i <= kind; ++i) {
    std::string text = "value " + std::to_string(dice.below(1000)) + std::string(dice.below(90), '.');
    event.fields.push_back({"Field" + std::to_string(i), string_value(text, true)});
  }
  event.fields.push_back({"Number", int_value(kUInt32, id)});
  return event;
}

BenchFile written(uint64_t seed, bool exported) {
  constexpr SystemShape kShapes[] = {SystemShape::kSlots, SystemShape::kLiterals, SystemShape::kClassic};
  Dice dice{seed * 7919 + (exported ? 1U : 0U)};
  FileOptions options;
  options.export_form = exported;
  options.abandoned_copies = true;
  options.minor_version = seed % 5 == 0 ? 2 : 1;
  BenchFile out;
  out.exported = exported;
  out.dirty = !exported && seed % 4 == 3;
  options.file_flags = out.dirty ? 1 : 0;
  FileWriter file(options);
  size_t chunks = 5 + dice.below(16);
  uint64_t time = 133'550'000'000'000'000 + seed * 864'000'000'000, id = 0,
           first = exported ? 1000 + dice.below(5000) : 0;
  while (file.places().empty() || file.places().back().chunk + 1 < chunks ||
         file.places().back().offset < 20'000 + 1000 * dice.below(30)) {
    ++id;
    time += 10'000'000 * (1 + dice.below(120)) + dice.below(10'000'000);
    file.add(event_of(dice, kShapes[seed % 3], first + id, time));
  }
  out.name = std::string(exported ? "written-export-" : "written-") + std::to_string(seed) + ".evtx";
  out.bytes = file.finish();
  return out;
}

bool load(const std::string& path, BenchFile* out) {
  auto bytes = read_whole(path, uint64_t{64} << 20);
  if (!bytes) return false;
  out->bytes.assign(bytes->begin(), bytes->end());
  out->name = path.substr(path.find_last_of('/') + 1);
  out->dirty = out->bytes.size() > 128 && (out->bytes[120] & 1) != 0;
  return true;
}

}  // namespace

std::vector<BenchFile> written_channel_files(size_t count) {
  std::vector<BenchFile> out;
  for (uint64_t seed = 1; seed <= count; ++seed) out.push_back(written(seed, false));
  return out;
}
std::vector<BenchFile> written_exports(size_t count) {
  std::vector<BenchFile> out;
  for (uint64_t seed = 1; seed <= count; ++seed) out.push_back(written(seed, true));
  return out;
}

std::vector<std::string> shared_evtx_paths() {
  std::vector<Error> problems;
  if (!path_exists(evtx_folder())) return {};
  std::vector<std::string> all = list_files(evtx_folder(), &problems);
  std::erase_if(all, [](const std::string& path) { return !path.ends_with(".evtx"); });
  return all;
}

std::vector<BenchFile> shared_channel_files() {
  constexpr const char* kNames[] = {"E_Windows_system32_winevt_logs_Microsoft-Windows-CAPI2%4Operational.evtx",
                                    "E_Windows_system32_winevt_logs_Microsoft-Windows-Shell-Core%4Operational.evtx",
                                    "Security_with_size_t.evtx",
                                    "security.evtx",
                                    "2-system-Microsoft-Windows-LiveId%4Operational.evtx",
                                    "sample-with-irregular-bool-values.evtx"};
  std::vector<BenchFile> out;
  for (const char* name : kNames) {
    BenchFile file;
    if (load(evtx_folder() + "/format-samples/" + name, &file)) out.push_back(std::move(file));
  }
  return out;
}

std::vector<BenchFile> shared_exports(size_t count) {
  std::vector<BenchFile> out;
  for (const std::string& path : shared_evtx_paths()) {
    if (out.size() == count) break;
    BenchFile file;
    file.exported = true;
    // The name alone tells files apart; several folders hold one of the same name.
    if (path.find("/attack-samples/") == std::string::npos || !load(path, &file)) continue;
    bool known = std::any_of(out.begin(), out.end(), [&](const BenchFile& one) { return one.name == file.name; });
    if (!known && file.bytes.size() <= (size_t{4} << 20)) out.push_back(std::move(file));
  }
  return out;
}

}  // namespace sil::tamper
