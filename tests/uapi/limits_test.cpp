// SPDX-License-Identifier: MIT
//
// The module's limits, and what is counted against them. Run alone: they hold for everyone.
#include "node.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <array>
#include <chrono>
#include <thread>

namespace uapi {
namespace {

int allocation_error(const UniqueFd& node, std::size_t size) {
    dma_heap_allocation_data data = request(size);
    const int result = error_of(::ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, &data));
    if (result == 0) {
        const UniqueFd buffer(static_cast<int>(data.fd));
    }
    return result;
}

TEST(Limits, OneBuffer) {
    const Parameter limit("max_buffer_mib", 4);
    const UniqueFd node = open_node();
    EXPECT_EQ(allocation_error(node, 4 * mib), 0);
    EXPECT_EQ(allocation_error(node, 4 * mib + 1), EFBIG);
}

TEST(Limits, AllBuffersTogether) {
    const Parameter limit("max_total_mib", 8);
    const UniqueFd node = open_node();
    const UniqueFd other = open_node();
    const UniqueFd first = allocate(node, 5 * mib);
    EXPECT_EQ(allocation_error(other, 4 * mib), ENOMEM);
    EXPECT_EQ(allocation_error(other, 3 * mib), 0);
    const UniqueFd second = allocate(other, 3 * mib);
    EXPECT_EQ(allocation_error(node, page), ENOMEM);
}

TEST(Limits, WhatIsClosedCanBeHadAgain) {
    const Parameter limit("max_total_mib", 8);
    const UniqueFd node = open_node();
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(allocation_error(node, 8 * mib), 0) << "round " << i;
    }
}

TEST(Limits, WhatFailsIsNotCounted) {
    const Parameter limit("max_total_mib", 8);
    const UniqueFd node = open_node();
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(error_of(::ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, nullptr)), EFAULT);
        EXPECT_EQ(allocation_error(node, 9 * mib), ENOMEM);
    }
    EXPECT_EQ(allocation_error(node, 8 * mib), 0);
}

TEST(Limits, AMappingStillCounts) {
    const Parameter limit("max_total_mib", 8);
    const UniqueFd node = open_node();
    UniqueFd buffer = allocate(node, 8 * mib);
    {
        const Map map(buffer, page);
        buffer.reset();
        EXPECT_EQ(allocation_error(node, page), ENOMEM);
    }
    EXPECT_EQ(allocation_error(node, 8 * mib), 0);
}

TEST(Limits, LoweringKeepsWhatExists) {
    const UniqueFd node = open_node();
    const UniqueFd buffer = allocate(node, 8 * mib);
    const Parameter limit("max_total_mib", 1);
    EXPECT_EQ(allocation_error(node, page), ENOMEM);
    const Map map(buffer, 8 * mib);
    stamp(map.begin(), map.size(), 60);
    EXPECT_EQ(first_wrong(map.begin(), map.size(), 60), -1);
}

TEST(Limits, ZeroIsHalfOfTheMemory) {
    const Parameter limit("max_buffer_mib", 0);
    const std::string info = read_text("/proc/meminfo"); // "MemTotal:  2014032 kB" comes first
    const std::size_t total = std::stoul(info.substr(info.find(':') + 1)) * 1024;
    const UniqueFd node = open_node();
    EXPECT_EQ(allocation_error(node, total / 2 + mib), EFBIG);
}

/// Not every refusal is logged: whoever asks again and again does not fill the log.
TEST(Limits, LogSaysWhichOneItWas) {
    const Parameter limit("max_buffer_mib", 4);
    const UniqueFd node = open_node();
    const UniqueFd log(::open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    ASSERT_TRUE(log);
    ASSERT_EQ(error_of(::lseek(log.get(), 0, SEEK_END)), 0);
    std::string text;
    for (int i = 0; i < 100 && text.find("max_buffer_mib") == std::string::npos; ++i) {
        EXPECT_EQ(allocation_error(node, 5 * mib), EFBIG);
        std::array<char, 8192> record{};
        for (ssize_t n = 0; (n = ::read(log.get(), record.data(), record.size())) > 0;) {
            text.append(record.data(), static_cast<std::size_t>(n));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    EXPECT_NE(text.find("dmabuf_exporter: 5120 KiB refused: one buffer may have 4096 KiB "
                        "(parameter max_buffer_mib)"),
              std::string::npos)
        << text;
}

TEST(Limits, HelloPageCountsToo) {
    const UniqueFd node = open_node();
    const UniqueFd buffer = allocate(node, mib);
    const Parameter limit("max_total_mib", 1);
    int fd = -1;
    EXPECT_EQ(error_of(::ioctl(node.get(), EXPORTER_IOCTL_HELLO, &fd)), ENOMEM);
    const UniqueFd other = open_node();
    EXPECT_EQ(map_error(other.get(), page, {}), ENOMEM);
}

} // namespace
} // namespace uapi
