// SPDX-License-Identifier: MIT
#include "process/cleanup_process.hpp"

#include "life_line.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>

namespace parallax::demo {
namespace {

using test::LifeLine;

TEST(CleanupProcess, HasCleanedUpWhenItIsOver) {
    const LifeLine line;
    {
        const CleanupProcess cleanup([&] { line.tell(); });
    }
    EXPECT_TRUE(line.alive());
}

/// The process with the cleanup ends in its own process group, by a signal to the whole group.
class CleanupAfter : public testing::TestWithParam<int> {};

TEST_P(CleanupAfter, EndOfTheWholeGroup) {
    LifeLine begun;
    const LifeLine cleaned;
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::setpgid(0, 0);
        const CleanupProcess cleanup([&] { cleaned.tell(); });
        begun.tell();
        ::pause();
        ::_exit(0);
    }
    ASSERT_TRUE(begun.alive());
    ASSERT_EQ(::kill(-pid, GetParam()), 0);
    EXPECT_TRUE(cleaned.alive());
    int status = 0;
    ASSERT_EQ(::waitpid(pid, &status, 0), pid);
    EXPECT_EQ(WTERMSIG(status), GetParam());
    EXPECT_TRUE(begun.ends()) << "the process that cleans up must end, too";
}

INSTANTIATE_TEST_SUITE_P(, CleanupAfter, testing::Values(SIGKILL, SIGINT, SIGTERM, SIGHUP, SIGABRT),
                         [](const auto& signal) {
                             return std::string(::sigabbrev_np(signal.param));
                         });

} // namespace
} // namespace parallax::demo
