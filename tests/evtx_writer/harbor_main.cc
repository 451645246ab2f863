// make_harbor FOLDER OUTDIR SEED [STEPS.json [RECORDS.json]]: writes examples/harbor anew
// (HOST/CHANNEL.evtx.gz) from the script in FOLDER, the planted steps and all records of the incident as JSON.
#include <charconv>
#include <cstdio>
#include <cstring>

#include "bytes/digest.h"
#include "bytes/file.h"
#include "evtx_writer/harbor_files.h"

int main(int count, char** words) {
  if (count < 4) {
    std::fprintf(stderr, "usage: make_harbor FOLDER OUTDIR SEED [STEPS.json [RECORDS.json]]\n");
    return 2;
  }
  uint64_t seed = 0;
  std::from_chars(words[3], words[3] + std::strlen(words[3]), seed);
  sil::harbor::Harbor harbor;
  std::string problem;
  if (!sil::harbor::make_harbor(words[1], seed, &harbor, &problem)) {
    std::fprintf(stderr, "make_harbor: %s\n", problem.c_str());
    return 1;
  }
  uint64_t records = 0;
  uint64_t packed = 0;
  for (const auto& [name, bytes] : harbor.files) {
    std::string path = std::string(words[2]) + "/" + name + ".gz";
    std::vector<uint8_t> small = sil::harbor::gzip(bytes);
    (void)sil::make_directory(path.substr(0, path.rfind('/')));
    auto written = sil::write_whole(path, sil::as_text(small));
    if (!written) {
      std::fprintf(stderr, "make_harbor: %s\n", written.error().text().c_str());
      return 5;
    }
    std::printf("%-80s %7lu records %9zu bytes %8zu packed\n", name.c_str(), harbor.records[name], bytes.size(),
                small.size());
    records += harbor.records[name];
    packed += small.size();
  }
  if (count > 4) (void)sil::write_whole(words[4], harbor.expected_steps);
  if (count > 5) (void)sil::write_whole(words[5], harbor.incident_records);
  std::printf("%s\n%s\n%lu records, %lu bytes packed\n", harbor.table.c_str(), harbor.cleared.c_str(), records, packed);
  return 0;
}
