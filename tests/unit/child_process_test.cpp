// SPDX-License-Identifier: MIT
#include "process/child_process.hpp"

#include "life_line.hpp"

#include "parallax/text.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <optional>
#include <system_error>

namespace parallax::demo {
namespace {

using test::LifeLine;

ChildProcess shell(const std::string& command) {
    return ChildProcess("/bin/sh", {"sh", "-c", command}, ChildProcess::Output::to_stderr);
}

void wait_for(ChildProcess& child) {
    ASSERT_TRUE(child.wait(std::chrono::milliseconds(-1)));
    ASSERT_TRUE(child.ended());
}

TEST(ChildProcess, TellsHowItEnded) {
    ChildProcess child = shell("exit 3");
    wait_for(child);
    EXPECT_EQ(child.status(), 3);
}

TEST(ChildProcess, HasNoStatusWhereASignalEndedIt) {
    ChildProcess child = shell("kill -KILL $$");
    wait_for(child);
    EXPECT_EQ(child.status(), -1);
    EXPECT_EQ(child.signal(), SIGKILL);
}

TEST(ChildProcess, HasNoInputAndNoTerminal) {
    ChildProcess child = shell("test \"$(readlink /proc/self/fd/0)\" = /dev/null");
    EXPECT_EQ(::getsid(child.pid()), child.pid());
    wait_for(child);
    EXPECT_EQ(child.status(), 0);
}

TEST(ChildProcess, WritesToStderrAndNotAmongTheResults) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const UniqueFd output(ends[0]);
    {
        const UniqueFd before(::dup(STDERR_FILENO));
        const UniqueFd input(ends[1]);
        ::dup2(input.get(), STDERR_FILENO);
        ChildProcess child = shell("echo words");
        ::dup2(before.get(), STDERR_FILENO);
        wait_for(child);
    }
    std::array<char, 16> words{};
    EXPECT_EQ(::read(output.get(), words.data(), words.size()), 6);
}

TEST(ChildProcess, IsWaitedForUntilALimit) {
    ChildProcess child = shell("exec sleep 1000");
    EXPECT_FALSE(child.wait(std::chrono::milliseconds(1)));
}

TEST(ChildProcess, IsWaitedForUntilSomethingElseHappens) {
    ChildProcess child = shell("exec sleep 1000");
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const UniqueFd reading(ends[0]);
    ::close(ends[1]);
    pollfd hangs_up{.fd = reading.get(), .events = POLLIN, .revents = 0};
    EXPECT_FALSE(child.wait(std::chrono::milliseconds(-1), hangs_up));
    EXPECT_EQ(hangs_up.revents, POLLHUP);
}

TEST(ChildProcess, ThatIsStoppedEnds) {
    LifeLine line;
    std::optional<ChildProcess> child;
    child.emplace("/bin/sh", std::vector<std::string>{"sh", "-c", "kill -STOP $$; exec sleep 1000"},
                  ChildProcess::Output::thrown_away);
    siginfo_t info{};
    ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child->pid()), &info, WSTOPPED | WNOWAIT), 0);
    child.reset();
    EXPECT_TRUE(line.ends());
}

TEST(ChildProcess, ThatIgnoresTheRequestToStopEnds) {
    LifeLine line;
    std::optional<ChildProcess> child;
    child.emplace(
        "/bin/sh",
        std::vector<std::string>{
            "sh", "-c",
            text::format("trap '' TERM; echo >{}; sleep 1000; sleep 1000", line.in_shell())},
        ChildProcess::Output::thrown_away);
    ASSERT_TRUE(line.alive());
    child.reset();
    EXPECT_TRUE(line.ends());
}

TEST(ChildProcess, IsKilledWhereItOutlivesItsGrace) {
    LifeLine line;
    ChildProcess child =
        shell(text::format("trap '' TERM; echo >{}; sleep 1000; :", line.in_shell()));
    ASSERT_TRUE(line.alive());
    child.end(std::chrono::milliseconds(1));
    EXPECT_TRUE(child.ended());
    EXPECT_EQ(child.signal(), SIGKILL);
}

TEST(ChildProcess, ThatEndedTakesWhatItLeftBehindWithIt) {
    LifeLine line;
    std::optional<ChildProcess> child;
    child.emplace("/bin/sh",
                  std::vector<std::string>{"sh", "-c", "sleep 1000 >/dev/null 2>&1 & exit 0"},
                  ChildProcess::Output::thrown_away);
    wait_for(*child);
    child.reset();
    EXPECT_TRUE(line.ends());
}

TEST(ChildProcess, OfForkIsEndedAlone) {
    LifeLine line;
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::pause();
        ::_exit(0);
    }
    {
        ChildProcess child(pid);
        child.end();
        EXPECT_EQ(child.signal(), SIGTERM);
    }
    EXPECT_TRUE(line.ends());
}

TEST(ChildProcess, EndsTogetherWithWhatItStarted) {
    LifeLine line;
    std::optional<ChildProcess> child;
    child.emplace(
        "/bin/sh",
        std::vector<std::string>{
            "sh", "-c",
            text::format("(echo >{}; sleep 1000; :) >/dev/null 2>&1 & wait", line.in_shell())},
        ChildProcess::Output::to_stderr);
    ASSERT_TRUE(line.alive());
    child.reset();
    EXPECT_TRUE(line.ends());
}

TEST(ChildProcess, ThatCannotBeWatchedIsEndedAndAnError) {
    LifeLine line;
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit none = before;
    none.rlim_cur = static_cast<rlim_t>(UniqueFd(::dup(STDIN_FILENO)).get()); // the lowest free one
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    EXPECT_THROW(shell("sleep 1000 >/dev/null 2>&1"), std::system_error);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_TRUE(line.ends());
}

TEST(ChildProcess, ThatDoesNotExistIsAnError) {
    EXPECT_THROW(ChildProcess("/nowhere/program", {"program"}, ChildProcess::Output::to_stderr),
                 std::system_error);
}

} // namespace
} // namespace parallax::demo
