// SPDX-License-Identifier: MIT
#include "report/progress.hpp"

#include "parallax/dmabuf/unique_fd.hpp"

#include <gmock/gmock.h>
#include <poll.h>
#include <pty.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>

namespace parallax::demo {
namespace {

constexpr std::chrono::milliseconds at_once{0};

/// A terminal, and its visible text.
struct Terminal {
    UniqueFd screen;
    UniqueFd line;

    Terminal() {
        int master = -1;
        int slave = -1;
        if (::openpty(&master, &slave, nullptr, nullptr, nullptr) == 0) {
            screen.reset(master);
            line.reset(slave);
        }
    }

    /// Reads until @p text has been shown, or for too long. Returns all that was shown.
    [[nodiscard]] std::string until(std::string_view text) const {
        constexpr int too_long = 20'000; // ms; only ever reached by a failure
        std::string shown;
        pollfd waiting{.fd = screen.get(), .events = POLLIN, .revents = 0};
        while (!shown.contains(text) && ::poll(&waiting, 1, too_long) == 1) {
            std::array<char, 256> part{};
            const ssize_t length = ::read(screen.get(), part.data(), part.size());
            if (length <= 0) {
                break;
            }
            shown.append(part.data(), static_cast<std::size_t>(length));
        }
        return shown;
    }
};

TEST(Progress, ShowsHowManyOfAllAreDone) {
    const Terminal terminal;
    Progress progress("frames", {.all = 10, .soon = at_once, .fd = terminal.line.get()});
    progress.done(5);
    EXPECT_THAT(terminal.until("5 of 10 frames"),
                testing::HasSubstr("[##########----------] 5 of 10 frames, "));
}

TEST(Progress, CountsWhereNobodyKnowsHowManyThereAre) {
    const Terminal terminal;
    Progress progress("devices", {.soon = at_once, .fd = terminal.line.get()});
    progress.done(3);
    EXPECT_THAT(terminal.until("3 devices"), testing::HasSubstr("\r3 devices, "));
}

TEST(Progress, IsGoneInTheEnd) {
    const Terminal terminal;
    {
        const Progress progress("frames", {.soon = at_once, .fd = terminal.line.get()});
        EXPECT_THAT(terminal.until("0 frames"), testing::HasSubstr("0 frames"));
    }
    EXPECT_THAT(terminal.until("\r\x1b[K\r"), testing::EndsWith("\r\x1b[K\r"));
}

TEST(Progress, OfWhatIsOverSoonShowsNothing) {
    const Terminal terminal;
    {
        Progress progress("frames",
                          {.all = 1, .soon = std::chrono::hours(1), .fd = terminal.line.get()});
        progress.done(1);
    }
    pollfd waiting{.fd = terminal.screen.get(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&waiting, 1, 0), 0);
}

TEST(Progress, WritesNothingWhereNoTerminalIs) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    const UniqueFd output(ends[0]);
    {
        const UniqueFd input(ends[1]);
        Progress progress("frames", {.all = 2, .soon = at_once, .fd = input.get()});
        progress.done(1);
        ::usleep(300'000); // it would have written several times
    }
    std::array<char, 16> part{};
    EXPECT_EQ(::read(output.get(), part.data(), part.size()), 0);
}

} // namespace
} // namespace parallax::demo
