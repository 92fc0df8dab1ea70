// SPDX-License-Identifier: MIT
#include "process/end_on_stop.hpp"

#include "life_line.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <optional>

namespace parallax::demo {
namespace {

using test::LifeLine;

/// Runs @p work in another process, which writes to the line when it may be asked to stop.
/// @return its wait status.
template <typename Work>
int asked_to_stop(int signal, Work work) {
    LifeLine ready;
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::_exit(work(ready));
    }
    EXPECT_TRUE(ready.alive());
    ::kill(pid, signal);
    int status = 0;
    ::waitpid(pid, &status, 0);
    return status;
}

class Asked : public testing::TestWithParam<int> {};

TEST_P(Asked, EndsByTheSignalOnceAllIsPutBack) {
    const LifeLine put_back;
    const int status = asked_to_stop(GetParam(), [&](const LifeLine& ready) {
        std::signal(GetParam(), GetParam() == SIGINT ? SIG_IGN : SIG_DFL); // a background job
        const StopSignal stop;
        const EndOnStop end(stop, [&] { put_back.tell(); });
        ready.tell();
        for (;;) { // busy, without checking the signal
            ::pause();
        }
        return 0;
    });
    EXPECT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), GetParam());
    EXPECT_TRUE(put_back.alive());
}

TEST_P(Asked, GoesOnOnceItIsOver) {
    const int status = asked_to_stop(GetParam(), [](const LifeLine& ready) {
        std::signal(SIGHUP, SIG_DFL);
        const StopSignal stop;
        {
            const EndOnStop end(stop);
        }
        ready.tell();
        pollfd waiting{.fd = stop.fd(), .events = POLLIN, .revents = 0};
        return ::poll(&waiting, 1, -1) == 1 && stop.raised() ? 7 : 8;
    });
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 7);
}

TEST_P(Asked, EndsBySignalWhatDoesNotStopInTime) {
    const int status = asked_to_stop(GetParam(), [](const LifeLine& ready) {
        std::signal(SIGHUP, SIG_DFL);
        const StopSignal stop;
        const EndOnStop end(stop, std::chrono::milliseconds(1));
        ready.tell();
        for (;;) { // hangs
            ::pause();
        }
        return 0;
    });
    EXPECT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), GetParam());
}

TEST_P(Asked, LetsWhatStopsInTimeComeToItsEnd) {
    const int status = asked_to_stop(GetParam(), [](const LifeLine& ready) {
        std::signal(SIGHUP, SIG_DFL);
        const StopSignal stop;
        {
            const EndOnStop end(stop, std::chrono::minutes(10));
            ready.tell();
            pollfd waiting{.fd = stop.fd(), .events = POLLIN, .revents = 0};
            ::poll(&waiting, 1, -1);
        }
        return 7;
    });
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 7);
}

INSTANTIATE_TEST_SUITE_P(To, Asked, testing::Values(SIGINT, SIGTERM, SIGHUP),
                         [](const auto& signal) {
                             return std::string(::sigabbrev_np(signal.param));
                         });

TEST(StopSignal, LeavesATerminalThatHangsUpToNohup) {
    const int status = asked_to_stop(SIGHUP, [](const LifeLine& ready) {
        std::signal(SIGHUP, SIG_IGN);
        const StopSignal stop;
        ready.tell();
        constexpr int a_while = 300; // ms
        pollfd waiting{.fd = stop.fd(), .events = POLLIN, .revents = 0};
        return ::poll(&waiting, 1, a_while) == 0 ? 7 : 8;
    });
    EXPECT_EQ(WEXITSTATUS(status), 7);
}

} // namespace
} // namespace parallax::demo
