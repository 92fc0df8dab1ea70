// SPDX-License-Identifier: MIT
#include "process/reporting_process.hpp"

#include <gmock/gmock.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <string>
#include <thread>

namespace parallax::demo {
namespace {

using namespace std::chrono_literals;
using End = ReportingProcess::End;
using Send = ReportingProcess::Send;
using testing::HasSubstr;

/// Only ever reached by a failure.
ReportingProcess::Clock::time_point too_late() {
    return ReportingProcess::Clock::now() + 60s;
}

void sleep_on() {
    std::this_thread::sleep_for(1h);
}

TEST(ReportingProcess, ReportsLineByLine) {
    const std::string long_line(200'000, 'x'); // longer than a pipe holds
    ReportingProcess process([&](const Send& send) {
        send("one");
        send("");
        send(long_line);
    });
    EXPECT_EQ(process.next(too_late(), {}), "one");
    EXPECT_EQ(process.next(too_late(), {}), "");
    EXPECT_EQ(process.next(too_late(), {}), long_line);
    EXPECT_EQ(process.next(too_late(), {}).error(), End::done);
}

TEST(ReportingProcess, MayCrash) {
    ReportingProcess process([](const Send& send) {
        send("before");
        std::signal(SIGSEGV, SIG_DFL); // a sanitizer's otherwise
        ::raise(SIGSEGV);
    });
    EXPECT_EQ(process.next(too_late(), {}), "before");
    EXPECT_EQ(process.next(too_late(), {}).error(), End::died);
    EXPECT_THAT(process.trouble(), HasSubstr("was ended by signal 11 (Segmentation fault)"));
}

TEST(ReportingProcess, MayThrow) {
    ReportingProcess process([](const Send&) { throw std::runtime_error("no"); });
    EXPECT_EQ(process.next(too_late(), {}).error(), End::died);
    EXPECT_EQ(process.trouble(), "ended with status 1");
}

TEST(ReportingProcess, MayHang) {
    ReportingProcess process([](const Send&) { sleep_on(); });
    EXPECT_EQ(process.next(ReportingProcess::Clock::now(), {}).error(), End::late);
}

TEST(ReportingProcess, IsNotWaitedForIfSomethingElseHappens) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    const UniqueFd readable(ends[0]);
    UniqueFd writer(ends[1]);
    writer.reset(); // the other end can be read: it is at its end
    ReportingProcess process([](const Send&) { sleep_on(); });
    EXPECT_EQ(process.next(too_late(), {.fd = readable.get(), .events = POLLIN | POLLHUP}).error(),
              End::interrupted);
}

} // namespace
} // namespace parallax::demo
