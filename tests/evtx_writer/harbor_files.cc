#include "evtx_writer/harbor_files.h"

#include <fmt/format.h>
#include <libdeflate.h>

#include <algorithm>

#include "evtx_writer/harbor_gate.h"
#include "evtx_writer/harbor_routine.h"
#include "evtx_writer/plant.h"

namespace sil::harbor {
namespace {

std::string file_name(const std::string& channel) {  // as Windows names them in winevt\Logs
  std::string out;
  for (char c : channel) c == '/' ? out += "%4" : out += c;
  return out + ".evtx";
}

void number_records(Log& log) {
  std::stable_sort(log.kept.begin(), log.kept.end(), [](const Kept& a, const Kept& b) { return a.order < b.order; });
  uint64_t id = log.cleared_records;
  for (Kept& kept : log.kept) kept.event.record_id = ++id;
}

// The logs begin with the machine's first start, so numbers equal ids until a clear; ids go on, numbers
// restart.
std::vector<uint8_t> channel_file(const Log& log) {
  evtx_writer::FileWriter file;
  for (const Kept& kept : log.kept) file.add(kept.event);
  std::vector<uint8_t> out = file.finish();
  size_t chunks = (out.size() - 4096) / evtx_writer::kChunkSize;
  if (chunks > 1)  // the service grows files by 1 MiB; what is not used yet is zero
    out.resize(4096 + (chunks + 15) / 16 * 16 * evtx_writer::kChunkSize, 0);
  return out;
}

// Takes the records that the intruder removed out of the file as Eventlogedit does: the one before swallows them, the
// ids behind are mended, and so are the checksums. The log is left with what can be seen in it.
bool take_out(Log& log, std::vector<uint8_t>* file, std::string* problem) {
  for (size_t i = 0; i < log.kept.size(); ++i) {
    if (!log.kept[i].taken_out) continue;
    evtx_writer::Planted truth;
    if (!evtx_writer::plant_at(evtx_writer::Plant::kMerge, log.kept[i].event.record_id, file, &truth, problem))
      return false;
    log.kept.erase(log.kept.begin() + static_cast<ptrdiff_t>(i--));
    number_records(log);
  }
  return true;
}

}  // namespace

bool make_harbor(const std::string& folder, uint64_t seed, Harbor* out, std::string* problem) {
  World world(seed);
  if (!world.load(folder, problem)) return false;
  for (auto& [name, host] : world.hosts) {
    Host* h = host.get();
    world.at(first_midnight() - 70 * kMinute + world.dice.below(600) * kSecond, [&world, h] { boot(world, *h); });
  }
  std::vector<Step> steps;
  plan_ordinary_work(world);
  if (!plan_incident(world, folder + "/incident.txt", &steps, problem)) return false;
  world.run();
  if (!problem->empty()) return false;
  for (auto& [name, host] : world.hosts) {
    for (auto& [channel, log] : host->logs) {
      number_records(log);
      std::string key = name + "/" + file_name(channel);
      std::vector<uint8_t>& file = out->files[key] = channel_file(log);
      if (!take_out(log, &file, problem)) return false;
      out->records[key] = log.kept.size();
      if (log.cleared)
        out->cleared +=
            fmt::format("| {} | {} | {} | {} |\n", name, channel, log.cleared_records, log.cleared_records + 1);
    }
  }
  std::string audit = gate_audit_log(seed, &out->audit_taken_out);
  out->files["NH-GATE01/audit.log"].assign(audit.begin(), audit.end());
  out->incident_records = incident_records(world);
  return write_expected(world, steps, &out->expected_steps, &out->table, problem);
}

std::vector<uint8_t> gzip(const std::vector<uint8_t>& bytes) {
  libdeflate_compressor* compressor = libdeflate_alloc_compressor(12);
  std::vector<uint8_t> out(libdeflate_gzip_compress_bound(compressor, bytes.size()));
  out.resize(libdeflate_gzip_compress(compressor, bytes.data(), bytes.size(), out.data(), out.size()));
  libdeflate_free_compressor(compressor);
  return out;
}

}  // namespace sil::harbor
