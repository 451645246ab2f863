#include "ingest/audit_processes.h"

#include <gtest/gtest.h>

#include "ingest/reader.h"
#include "ingest/recorded_run.h"

namespace sil::ingest {
namespace {

std::string execve(size_t serial, const std::string& parent, const std::string& number, const std::string& exe,
                   const std::string& before = "") {
  const std::string head = " msg=audit(1717030000.000:" + std::to_string(serial) + "): ";
  return before + "type=SYSCALL" + head + "arch=c000003e syscall=59 success=yes exit=0 ppid=" + parent +
         " pid=" + number + " comm=\"x\" exe=\"" + exe + "\"\n" + before + "type=EXECVE" + head + "argc=1 a0=\"" + exe +
         "\"\n";
}

const AuditProcess* parent_in(AuditProcesses* processes, const std::string& piece, uint64_t offset = 0) {
  const auto parents = processes->pass(as_bytes(piece), offset);
  return parents == nullptr ? nullptr : parents->back().process.get();
}

TEST(AuditProcesses, AreKnownFromPieceToPiece) {
  AuditProcesses processes;
  const std::string parent = execve(1, "1", "10", "/bin/first");
  EXPECT_EQ(parent_in(&processes, parent, 0), nullptr);
  EXPECT_EQ(parent_in(&processes, "type=CWD msg=audit(1.000:2): cwd=\"/\"\n", 5000), nullptr);
  const std::string child = execve(3, "10", "11", "/bin/child");
  const auto parents = processes.pass(as_bytes(child), 9000);
  ASSERT_NE(parents, nullptr);
  ASSERT_EQ(parents->size(), 1U);
  EXPECT_EQ(parents->front().line, 0U);
  const AuditProcess& found = *parents->front().process;
  ASSERT_EQ(found.spans.size(), 2U);
  EXPECT_EQ(found.spans[0], (Span{0, static_cast<uint32_t>(parent.find('\n'))}));
  EXPECT_NE(found.text.find("/bin/first"), std::string::npos);
  EXPECT_EQ(find_parent(*parents, 0), &found);
  EXPECT_EQ(find_parent(*parents, 1), nullptr);
}

TEST(AuditProcesses, NodesDoNotShareNumbers) {
  AuditProcesses processes;
  EXPECT_EQ(parent_in(&processes, execve(1, "1", "10", "/bin/a", "node=one ")), nullptr);
  EXPECT_EQ(parent_in(&processes, execve(2, "10", "11", "/bin/b", "node=two ")), nullptr);
  EXPECT_EQ(parent_in(&processes, execve(3, "10", "11", "/bin/b")), nullptr);
  EXPECT_NE(parent_in(&processes, execve(4, "10", "12", "/bin/c", "node=one ")), nullptr);
}

TEST(AuditProcesses, AStartOfTheNodeForgetsItsOwn) {
  AuditProcesses processes;
  parent_in(&processes, execve(1, "1", "10", "/bin/a", "node=one ") + execve(1, "1", "10", "/bin/a", "node=two "));
  parent_in(&processes, "node=one type=SYSTEM_BOOT msg=audit(1.000:1): pid=1 uid=0\n");
  EXPECT_EQ(parent_in(&processes, execve(2, "10", "11", "/bin/b", "node=one ")), nullptr);
  EXPECT_NE(parent_in(&processes, execve(2, "10", "11", "/bin/b", "node=two ")), nullptr);
}

TEST(AuditProcesses, TheOldestAreForgottenBeyondTheLimit) {
  AuditProcesses processes;
  std::string many = execve(1, "1", "10", "/bin/first");
  for (size_t i = 0; i < 33000; ++i) many += execve(2 + i, "1", std::to_string(1000 + i), "/bin/x");
  parent_in(&processes, many);
  EXPECT_EQ(parent_in(&processes, execve(39999, "10", "11", "/bin/b")), nullptr);
  EXPECT_NE(parent_in(&processes, execve(39998, "9999", "12", "/bin/b")), nullptr);
}

TEST(AuditProcesses, ArgumentsBeyondTheLimitOfAProcessAreLeftOut) {
  AuditProcesses processes;
  std::string parent = execve(1, "1", "10", "/bin/first");
  const std::string head = "type=EXECVE msg=audit(1717030000.000:1): ";
  for (size_t i = 1; i < 9; ++i) parent += head + "a" + std::to_string(i) + "=\"" + std::string(4000, 'y') + "\"\n";
  parent_in(&processes, parent);
  const std::string child = execve(3, "10", "11", "/bin/child");
  const AuditProcess* found = parent_in(&processes, child, parent.size());
  ASSERT_NE(found, nullptr);
  EXPECT_LE(found->text.size(), size_t{16} << 10);
  EXPECT_GT(found->spans.size(), 3U);
}

std::string call(size_t serial, const std::string& number, const std::string& exe) {
  return "type=SYSCALL msg=audit(1717030000.000:" + std::to_string(serial) +
         "): arch=c000003e syscall=257 success=yes exit=3 ppid=1 pid=" + number + " comm=\"x\" exe=" + exe +
         " key=\"k\"\n";
}

// The number of a shell goes to a worker of the web server, which forked and never called execve.
TEST(AuditProcesses, ANumberGivenAnewIsTheNewProcess) {
  AuditProcesses processes;
  const std::string shell = execve(1, "1", "10", "/bin/bash");
  const std::string worker = call(2, "10", "\"/usr/sbin/nginx\"");
  parent_in(&processes, shell + worker);
  const AuditProcess* found = parent_in(&processes, execve(3, "10", "11", "/bin/sh"), 5000);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->image, "\"/usr/sbin/nginx\"");
  EXPECT_EQ(found->spans, (std::vector<Span>{{shell.size(), static_cast<uint32_t>(worker.size() - 1)}}));
}

TEST(AuditProcesses, ACallNamesTheImageOfAProcessOlderThanTheLog) {
  AuditProcesses processes;
  EXPECT_EQ(parent_in(&processes, call(1, "10", "\"/usr/sbin/sshd\"") + call(2, "12", "(null)")), nullptr);
  const AuditProcess* found = parent_in(&processes, execve(3, "10", "11", "/bin/sh"), 5000);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->image, "\"/usr/sbin/sshd\"");
  EXPECT_EQ(parent_in(&processes, execve(4, "12", "13", "/bin/sh"), 9000), nullptr);
}

// "/tmp/x (deleted)": the kernel's word for a file that is gone, in hex for its blank.
TEST(AuditProcesses, AProcessThatDeletedItsImageIsStillItself) {
  AuditProcesses processes;
  parent_in(&processes, execve(1, "1", "10", "/tmp/x") + call(2, "10", "2F746D702F78202864656C6574656429"));
  const AuditProcess* found = parent_in(&processes, execve(3, "10", "11", "/bin/sh"), 5000);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->spans.size(), 2U);
  EXPECT_EQ(found->image, "\"/tmp/x\"");
}

TEST(AuditProcesses, AFailedExecveLeavesTheProcessAsItWas) {
  AuditProcesses processes;
  std::string failed = execve(2, "1", "10", "/bin/bash");
  failed.replace(failed.find("success=yes exit=0"), 18, "success=no exit=-2");
  failed.replace(failed.find("argc=1 a0=\"/bin/bash\""), 22, "argc=1 a0=\"/tmp/none\"");
  parent_in(&processes, execve(1, "1", "10", "/bin/bash") + failed);
  const AuditProcess* found = parent_in(&processes, execve(3, "10", "11", "/bin/sh"), 5000);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->text.find("/tmp/none"), std::string::npos);
}

// The event as rules see it: values, and the places of both records.
TEST(AuditProcesses, AChildCitesItsParentsRecord) {
  const std::string filler = "type=CWD msg=audit(1.000:2): cwd=\"/" + std::string(900, 'c') + "\"\n";
  std::string log = execve(1, "1", "10", "/usr/sbin/apache2");
  while (log.size() < size_t{3} << 20) log += filler;  // the child is read two pieces later
  log += execve(3, "10", "11", "/usr/bin/whoami");
  struct Sink : EventSink {
    const std::string* log = nullptr;
    size_t seen = 0;
    void on_event(const Event& event) override {
      if (event.where.offset == 0 || event.kind->category != "process_creation") return;
      ++seen;
      std::string image;
      for (const LayoutField& field : event.layout->fields) {
        if (field.path == "ParentImage") append_text(event.value(field), &image);
      }
      EXPECT_EQ(image, "/usr/sbin/apache2");
      std::vector<Span> spans, needed;
      event.details->cite(event, &spans, &needed);
      EXPECT_EQ(spans.size(), 2U);
      ASSERT_EQ(needed.size(), 2U);
      EXPECT_EQ(needed[0].offset, 0U);
      for (const Span& span : needed)
        EXPECT_EQ(as_text(event.details->bytes(span)), log->substr(span.offset, span.length));
    }
    void on_anomaly(Anomaly) override {}
    void on_fact(const StructureFact&) override {}
    [[nodiscard]] bool wants_facts() const override { return false; }
  } sink;
  sink.log = &log;
  MemorySource source(as_bytes(log));
  const auto reader = find_format("auditd")->make();
  const auto scratch = reader->make_scratch();
  Piece piece;
  size_t pieces = 0;
  for (;;) {
    const auto more = reader->split(source, &piece);
    ASSERT_TRUE(more.has_value());
    if (!*more) break;
    ++pieces;
    reader->read(piece, 0, *scratch, sink);
  }
  EXPECT_GE(pieces, 3U);
  EXPECT_EQ(sink.seen, 1U);
}

}  // namespace
}  // namespace sil::ingest
