// SPDX-License-Identifier: MIT
#include "process/child_process.hpp"

#include "parallax/error.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <system_error>

namespace parallax::demo {
namespace {

/// A pipe whose writing end every child inherits: it is closed when the last of them is gone.
class LifeLine {
public:
    LifeLine() {
        std::array<int, 2> ends{};
        if (::pipe(ends.data()) != 0) {
            throw_errno("cannot create a pipe");
        }
        reading_.reset(ends[0]);
        ours_.reset(ends[1]);
    }

    /// Waits until a child has written a byte. @return false when all of them ended without that.
    [[nodiscard]] bool alive() const {
        char byte = 0;
        return ::read(reading_.get(), &byte, 1) == 1;
    }

    /// Whether all children come to their end soon.
    [[nodiscard]] bool ends() {
        constexpr int too_long = 60'000; // ms; only ever reached by a failure
        ours_.reset();
        pollfd waiting{.fd = reading_.get(), .events = POLLIN, .revents = 0};
        return ::poll(&waiting, 1, too_long) == 1 && !alive();
    }

    [[nodiscard]] std::string in_shell() const { return std::format("/dev/fd/{}", ours_.get()); }

private:
    UniqueFd reading_;
    UniqueFd ours_;
};

ChildProcess shell(const std::string& command) {
    return ChildProcess("/bin/sh", {"sh", "-c", command}, ChildProcess::Output::passed_on);
}

void wait_for(ChildProcess& child) {
    pollfd waiting{.fd = child.handle(), .events = POLLIN, .revents = 0};
    ASSERT_EQ(::poll(&waiting, 1, -1), 1);
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
}

TEST(ChildProcess, EndsTogetherWithWhatItStarted) {
    LifeLine line;
    std::optional<ChildProcess> child;
    child.emplace(
        "/bin/sh",
        std::vector<std::string>{
            "sh", "-c",
            std::format("(echo >{}; sleep 1000; :) >/dev/null 2>&1 & wait", line.in_shell())},
        ChildProcess::Output::passed_on);
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
    EXPECT_THROW(ChildProcess("/nowhere/program", {"program"}, ChildProcess::Output::passed_on),
                 std::system_error);
}

} // namespace
} // namespace parallax::demo
