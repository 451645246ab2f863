#include "flow/pipeline.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>

namespace sil::flow {
namespace {

struct Texts : PieceResult {
  std::string text;
};

// Writes down what a worker is told of the source, with each anomaly.
struct Writing : Worker {
  void begin_piece(uint32_t, const Source& about) override {
    about_ = &about;
    result_ = std::make_unique<Texts>();
    result_->text = "[";
    say();
  }
  std::unique_ptr<PieceResult> end_piece() override {
    result_->text += "] ";
    return std::move(result_);
  }
  void on_event(const Event&) override {}
  void on_anomaly(Anomaly) override { say(); }
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return false; }

  void say() const {
    result_->text += about_->id + about_->format + about_->host + about_->sha256 + std::to_string(about_->events) + ' ';
  }
  const Source* about_ = nullptr;
  std::unique_ptr<Texts> result_;
};

struct Collecting : Stage {
  std::unique_ptr<Worker> make_worker() override { return std::make_unique<Writing>(); }
  void source_begun(uint32_t, const Source&) override {}
  void merge(uint32_t, std::unique_ptr<PieceResult> result) override { text += static_cast<Texts&>(*result).text; }
  void source_done(uint32_t, const Source& about) override { done = about; }
  std::string text;
  Source done;
};

// Pieces before it are merged while a worker reads: what it is told must not be theirs.
TEST(Pipeline, WhatAWorkerIsToldOfASourceStaysAsItWasOpened) {
  std::string log;
  while (log.size() < (size_t{5} << 19))
    log += "{\"@timestamp\":\"2024-01-02T03:04:05Z\",\"host\":{\"name\":\"PIER-4\"}}\n";
  log += "{torn\n";
  const std::string path = testing::TempDir() + "pipeline_test.ndjson";
  std::FILE* file = std::fopen(path.c_str(), "wb");
  ASSERT_NE(file, nullptr);
  ASSERT_EQ(std::fwrite(log.data(), 1, log.size(), file), log.size());
  ASSERT_EQ(std::fclose(file), 0);
  for (unsigned threads : {1U, 4U}) {
    Collecting stage;
    Progress progress;
    PipelineOptions options;
    options.threads = threads;
    options.custody = true;
    run_pipeline({{path, true}}, options, nullptr, stage, progress);
    EXPECT_EQ(stage.text, "[1json0 ] [1json0 ] [1json0 1json0 ] [1json0 ] ");
    EXPECT_EQ(stage.done.host, "PIER-4");
    EXPECT_GT(stage.done.events, 40'000U);
    EXPECT_EQ(stage.done.sha256.size(), 64U);
  }
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace sil::flow
