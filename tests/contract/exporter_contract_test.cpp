// SPDX-License-Identifier: MIT
// The contract of every exporter.
#include "contract/sources.hpp"
#include "exporters/exporters.hpp"
#include "parallax/dmabuf/exporter.hpp"
#include "parallax/dmabuf/mapping.hpp"
#include "parallax/dmabuf/page_size.hpp"
#include "parallax/image/drawn_buffer.hpp"
#include "support/fds.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

namespace parallax {
namespace {

const std::uint64_t page = page_size();
constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20;

class ExporterContract : public testing::TestWithParam<test::Source> {
protected:
    void SetUp() override {
        const std::string exporter = GetParam().exporter();
        if (test::unavailable(exporter)) {
            GTEST_SKIP() << "this kernel is built without dma-heaps";
        }
        auto opened = open_any_exporter(exporter);
        ASSERT_TRUE(opened) << opened.error().front(); // in the machine all of them are there
        exporter_ = *std::move(opened);
    }

    std::unique_ptr<Exporter> exporter_;
};

TEST_P(ExporterContract, GivesAtLeastWhatWasAskedInWholePages) {
    for (const std::uint64_t size : {std::uint64_t{1}, page, page + 1, 3 * mebibyte + 5}) {
        const DmaBuf buffer = exporter_->allocate(size);
        EXPECT_GE(buffer.size(), size);
        EXPECT_EQ(buffer.size() % page, 0U);
    }
}

TEST_P(ExporterContract, GivesAWritableFdThatIsClosedOnExec) {
    const DmaBuf buffer = exporter_->allocate(page);
    EXPECT_TRUE(buffer.writable());
    EXPECT_EQ(::fcntl(buffer.fd(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST_P(ExporterContract, NewMemoryIsZero) {
    if (dynamic_cast<PictureExporter*>(exporter_.get()) != nullptr) {
        GTEST_SKIP() << "a device's memory need not be zeroed";
    }
    for (int round = 0; round < 3; ++round) { // the later ones reuse what the first gave back
        const DmaBuf buffer = exporter_->allocate(3 * mebibyte);
        const Mapping mapping = buffer.map();
        const CpuWrite access(mapping);
        EXPECT_TRUE(std::ranges::all_of(access.bytes(),
                                        [](std::byte byte) { return byte == std::byte{0}; }));
        std::ranges::fill(access.bytes(), std::byte{0xA5});
    }
}

TEST_P(ExporterContract, TwoMappingsShowTheSameMemory) {
    const DmaBuf buffer = exporter_->allocate(3 * mebibyte);
    const Mapping one = buffer.map();
    const Mapping two = DmaBuf(buffer.duplicate()).map();
    {
        const CpuWrite access(one);
        access.bytes().front() = std::byte{1};
        access.bytes().back() = std::byte{2};
    }
    const CpuRead access(two);
    EXPECT_EQ(access.bytes().front(), std::byte{1});
    EXPECT_EQ(access.bytes().back(), std::byte{2});
}

TEST_P(ExporterContract, BuffersDoNotShareMemory) {
    const DmaBuf one = exporter_->allocate(page);
    const DmaBuf two = exporter_->allocate(page);
    EXPECT_NE(one.inode(), two.inode());
    const Mapping first = one.map();
    const Mapping second = two.map();
    CpuWrite(second).bytes().front() = std::byte{0};
    CpuWrite(first).bytes().front() = std::byte{9};
    EXPECT_EQ(CpuRead(second).bytes().front(), std::byte{0});
}

TEST_P(ExporterContract, MappingOutlivesTheFdAndTheExporter) {
    auto buffer = std::make_unique<DmaBuf>(exporter_->allocate(page));
    const Mapping mapping = buffer->map();
    buffer.reset();
    exporter_.reset();
    const CpuWrite access(mapping);
    access.bytes()[17] = std::byte{3};
    EXPECT_EQ(access.bytes()[17], std::byte{3});
}

TEST_P(ExporterContract, ChildSeesWhatTheParentWrites) {
    const DmaBuf buffer = exporter_->allocate(page);
    const Mapping mapping = buffer.map();
    CpuWrite(mapping).bytes()[5] = std::byte{42};
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(std::to_integer<int>(CpuRead(mapping).bytes()[5]));
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(WEXITSTATUS(status), 42);
}

TEST_P(ExporterContract, IdleBufferPollsReady) {
    const DmaBuf buffer = exporter_->allocate(page);
    pollfd request{.fd = buffer.fd(), .events = POLLIN | POLLOUT, .revents = 0};
    EXPECT_EQ(::poll(&request, 1, 0), 1);
    EXPECT_NE(request.revents & (POLLIN | POLLOUT), 0);
}

TEST_P(ExporterContract, ZeroBytesAreRefused) {
    EXPECT_THROW(static_cast<void>(exporter_->allocate(0)), std::system_error);
}

TEST_P(ExporterContract, MoreThanTheMachineHasIsRefused) {
    EXPECT_THROW(static_cast<void>(exporter_->allocate(std::uint64_t{1} << 50)), std::system_error);
}

TEST_P(ExporterContract, LeaksNoFd) {
    static_cast<void>(exporter_->allocate(page)); // some open their device for the first buffer
    const int before = test::count_open_fds();
    for (int i = 0; i < 20; ++i) {
        const DmaBuf buffer = exporter_->allocate(page);
        const Mapping mapping = buffer.map();
        const CpuWrite access(mapping);
        EXPECT_THROW(static_cast<void>(exporter_->allocate(0)), std::system_error);
    }
    EXPECT_EQ(test::count_open_fds(), before);
}

INSTANTIATE_TEST_SUITE_P(, ExporterContract, testing::ValuesIn(test::sources()),
                         [](const auto& source) { return source.param.name; });

} // namespace
} // namespace parallax
