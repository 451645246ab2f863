// What the building blocks of a hunt cost, one thread, on data in the processor's caches unless said. For comparing one
// kernel with another and with what it was last month; what users wait for is measured by versus.py.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "bytes/digest.h"
#include "bytes/file.h"
#include "hunt/program_cache.h"
#include "hunt/program_plan.h"
#include "hunt/program_scan.h"
#include "hunt/program_text.h"
#include "ingest/reader.h"

namespace {

using namespace sil;

// Command lines of the kind that logs are full of; the numbers differ.
std::vector<std::string> command_lines(size_t count) {
  static const char* const kForms[] = {
      R"(C:\Windows\System32\svchost.exe -k netsvcs -p -s Schedule )",
      R"("C:\Program Files\Contoso\Agent\agent.exe" --report "C:\ProgramData\Contoso\out.json" --id )",
      R"(powershell.exe -NoProfile -ExecutionPolicy Bypass -File C:\Scripts\Backup-Share.ps1 -Job )",
      R"(C:\Windows\system32\cmd.exe /c "netstat -ano | findstr :445" > C:\Temp\ports.txt & echo )"};
  std::mt19937_64 random(1);
  std::vector<std::string> out;
  while (out.size() < count) out.push_back(kForms[random() % 4] + std::to_string(random()));
  return out;
}

std::string wide_of(const std::string& text) {
  std::string out;
  for (char c : text) out += {c, '\0'};
  return out;
}

size_t total_size(const std::vector<std::string>& texts) {
  size_t out = 0;
  for (const std::string& text : texts) out += text.size();
  return out;
}

void by_bytes(benchmark::State& state, size_t bytes, size_t items) {
  state.SetBytesProcessed(static_cast<int64_t>(static_cast<size_t>(state.iterations()) * bytes));
  state.SetItemsProcessed(static_cast<int64_t>(static_cast<size_t>(state.iterations()) * items));
}

void fold_utf16(benchmark::State& state) {
  std::vector<std::string> texts = command_lines(256);
  for (std::string& text : texts) text = wide_of(text);
  std::vector<char> to(4096);
  for (auto _ : state) {
    for (const std::string& text : texts)
      benchmark::DoNotOptimize(
          hunt::fold_utf16_ascii(reinterpret_cast<const uint8_t*>(text.data()), text.size() / 2, to.data()));
  }
  by_bytes(state, total_size(texts), texts.size());
}
BENCHMARK(fold_utf16);

// As many literals as all of SigmaHQ gives one field as witnesses; none of them stands in the texts.
void scan_4_grams(benchmark::State& state) {
  std::mt19937_64 random(2);
  std::vector<std::string> literals(static_cast<size_t>(state.range(0)));
  for (std::string& literal : literals) {
    for (size_t i = 0; i < 6 + random() % 14; ++i) literal += static_cast<char>('a' + random() % 26);
  }
  hunt::GramScanner scanner;
  for (uint32_t i = 0; i < literals.size(); ++i) scanner.add(literals[i], i);
  scanner.build();
  std::vector<std::string> texts = command_lines(256);
  std::vector<hunt::TextBuffer> buffers(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) buffers[i].assign(texts[i]);
  size_t hits = 0;
  for (auto _ : state) {
    for (const hunt::TextBuffer& buffer : buffers) scanner.scan(buffer.view(), [&](uint32_t, size_t) { ++hits; });
  }
  benchmark::DoNotOptimize(hits);
  by_bytes(state, total_size(texts), texts.size());
}
BENCHMARK(scan_4_grams)->Arg(100)->Arg(2000)->Arg(6000);

void value_cache_hit(benchmark::State& state) {
  std::vector<std::string> texts = command_lines(static_cast<size_t>(state.range(0)));
  hunt::CacheBudget budget;
  hunt::ValueCache cache(16384, &budget);
  hunt::Settled settled{{1, 5, 9}, {2}, {1, 2, 3, 4}};
  for (std::string& text : texts) {
    text = wide_of(text);
    cache.insert(hash64(text), 1, as_bytes(text), settled);
  }
  size_t found = 0;
  for (auto _ : state) {
    for (const std::string& text : texts) found += cache.find(hash64(text), 1, as_bytes(text)) != nullptr;
  }
  if (found != static_cast<size_t>(state.iterations()) * texts.size()) state.SkipWithError("a value was not found");
  by_bytes(state, total_size(texts), texts.size());
}
BENCHMARK(value_cache_hit)->Arg(256)->Arg(8000);

void keyword_gate(benchmark::State& state) {
  static const char* const kWords[] = {"dpapi::masterkey", "eo.oe.kiwi",    "event::clear", "event::drop",
                                       "gentilkiwi.com",   "kerberos::ptc", "sekurlsa::",   "token::elevate"};
  hunt::Plan plan;
  for (const char* word : kWords) {
    hunt::Test& test = plan.own_tests.emplace_back();
    test.pattern.parts.push_back({hunt::PatternPart::Kind::kLiteral, word});
    hunt::CompiledTest compiled;
    compiled.shape = hunt::CompiledTest::Shape::kContains;
    compiled.test = &test;
    hunt::Leaf leaf;
    leaf.space = hunt::Leaf::Space::kKeyword;
    leaf.local = plan.keyword_leaves++;
    leaf.first = static_cast<uint32_t>(plan.tests.size());
    leaf.count = 1;
    plan.own(compiled);
    plan.leaves.push_back(leaf);
  }
  hunt::KeywordGate gate;
  gate.build(plan, hunt::KeywordGate::For::kValues);
  std::string text;
  for (const std::string& line : command_lines(8)) text += wide_of(line);
  Value value{reinterpret_cast<const uint8_t*>(text.data()), static_cast<uint32_t>(text.size()), ValueKind::kUtf16,
              ValueKind::kAbsent};
  Event event;
  event.values = {&value, 1};
  hunt::TextBuffer folded;
  hunt::KeywordsSettled nothing;
  std::vector<uint64_t> maybe;
  for (auto _ : state) {
    gate.scan(event, &nothing, &folded, &maybe);
    benchmark::DoNotOptimize(maybe.data());
  }
  by_bytes(state, text.size(), 1);
}
BENCHMARK(keyword_gate);

struct NoSink : EventSink {
  uint64_t events = 0;
  void on_event(const Event&) override { ++events; }
  void on_anomaly(Anomaly) override {}
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return false; }
};

// Reading alone, of pieces that lie in memory.
void read_pieces(benchmark::State& state, const std::string& path, const char* format) {
  auto opened = ingest::open_source(path);
  if (!opened) return state.SkipWithError("no such file: run it in the project's folder");
  auto reader = ingest::find_format(format)->make();
  auto scratch = reader->make_scratch();
  std::deque<ingest::Piece> pieces;
  size_t bytes = 0;
  while (true) {
    ingest::Piece piece;
    auto more = reader->split(*opened->bytes, &piece);
    if (!more || !*more) break;
    if (!piece.filled) {
      piece.buffer.resize(piece.length + ingest::kSlack);
      if (!opened->bytes->read_at(piece.offset, piece.buffer.data(), piece.length)) break;
    }
    bytes += piece.length;
    pieces.push_back(std::move(piece));
  }
  NoSink sink;
  for (auto _ : state) {
    for (const ingest::Piece& piece : pieces) reader->read(piece, 0, *scratch, sink);
  }
  if (sink.events == 0) state.SkipWithError("no event was read");
  by_bytes(state, bytes, sink.events / std::max<size_t>(1, static_cast<size_t>(state.iterations())));
}

void walk_evtx(benchmark::State& state) {
  read_pieces(state, "examples/harbor/NH-JUMP01/Security.evtx.gz", "evtx");
}
BENCHMARK(walk_evtx);

void index_json(benchmark::State& state) {
  std::string path = std::filesystem::temp_directory_path() / ("silhouette_kernels." + std::to_string(getpid()));
  std::ofstream out(path, std::ios::binary);
  uint64_t number = 0;
  for (std::string line : command_lines(2000)) {
    for (size_t at = 0; (at = line.find_first_of("\\\"", at)) != std::string::npos; at += 2) line.insert(at, "\\");
    out << R"({"@timestamp":"2024-03-14T10:39:01.0000000Z","Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,)"
        << R"("Hostname":"NH-DC01","RecordNumber":)" << ++number << R"(,"CommandLine":")" << line << "\"}\n";
  }
  out.close();
  read_pieces(state, path, "json");
  std::filesystem::remove(path);
}
BENCHMARK(index_json);

std::vector<uint8_t> block_of(size_t size) {
  std::vector<uint8_t> out(size);
  for (size_t i = 0; i < size; ++i) out[i] = static_cast<uint8_t>(i * 131);
  return out;
}

void digest_sha256(benchmark::State& state) {
  std::vector<uint8_t> block = block_of(1 << 20);
  for (auto _ : state) benchmark::DoNotOptimize(sha256(Bytes(block)));
  by_bytes(state, block.size(), 1);
}
BENCHMARK(digest_sha256);

void checksum_crc32(benchmark::State& state) {
  std::vector<uint8_t> block = block_of(65536);
  for (auto _ : state) benchmark::DoNotOptimize(crc32(Bytes(block)));
  by_bytes(state, block.size(), 1);
}
BENCHMARK(checksum_crc32);

// 128 MB of a file in the page cache, in windows of 1 MiB into one buffer, as workers read.
void read_page_cache(benchmark::State& state) {
  std::string path = std::filesystem::temp_directory_path() / ("silhouette_kernels." + std::to_string(getpid()));
  constexpr size_t kWindow = 1 << 20, kWindows = 128;
  std::vector<uint8_t> window = block_of(kWindow);
  {
    std::ofstream out(path, std::ios::binary);
    for (size_t i = 0; i < kWindows; ++i) out.write(reinterpret_cast<const char*>(window.data()), kWindow);
  }
  auto file = ingest::open_source(path);
  std::filesystem::remove(path);
  if (!file) return state.SkipWithError("cannot write a temporary file");
  for (auto _ : state) {
    for (size_t i = 0; i < kWindows; ++i) {
      if (!file->bytes->read_at(i * kWindow, window.data(), kWindow)) state.SkipWithError("short read");
    }
  }
  by_bytes(state, kWindow * kWindows, kWindows);
}
BENCHMARK(read_page_cache)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
