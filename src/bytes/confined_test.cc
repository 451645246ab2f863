#include "bytes/confined.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace sil {
namespace {

// What the child must not be able to do, tried in such a child.
TEST(ConfinedChild, CanNeitherOpenNorConnectNorForkNorMakeCode) {
  auto pipe = Pipe::make();
  ASSERT_TRUE(pipe);
  Confinement limits;
  limits.descriptors = {pipe->writing.descriptor()};
  auto child = ConfinedChild::start(limits, [](bool filtered) {
    auto refused = [](long result) { return static_cast<uint8_t>(result < 0 && errno == EPERM); };
    const uint8_t said[] = {static_cast<uint8_t>(filtered),
                            refused(::open("/etc/passwd", O_RDONLY)),
                            refused(::open("/tmp/silhouette-made", O_WRONLY | O_CREAT, 0600)),
                            refused(::socket(AF_INET, SOCK_STREAM, 0)),
                            refused(::fork()),
                            refused(::execl("/bin/true", "true", nullptr)),
                            refused(::unlink("/tmp/silhouette-made")),
                            static_cast<uint8_t>(::fcntl(4, F_GETFD) < 0)};
    (void)!::write(3, said, sizeof said);
  });
  ASSERT_TRUE(child);
  pipe->writing.close();
  uint8_t said[8] = {};
  ASSERT_TRUE(pipe->reading.read_whole(said, sizeof said));
  if (!said[0]) GTEST_SKIP() << "skipped: no system-call filter here";
  for (uint8_t one : said) EXPECT_EQ(one, 1);
  EXPECT_EQ((*child)->ending(), "");
}

TEST(ConfinedChild, HowItEndedIsTold) {
  auto child = ConfinedChild::start({}, [](bool) { ::_exit(9); });
  ASSERT_TRUE(child);
  EXPECT_EQ((*child)->ending(), "ended with code 9");
}

}  // namespace
}  // namespace sil
