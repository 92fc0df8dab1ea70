// SPDX-License-Identifier: MIT
//
// The module's limits, and the pages that count. Run alone, since they hold for all processes.
#include "support/node.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <array>
#include <atomic>
#include <barrier>
#include <chrono>
#include <cstdint>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

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

/// A figure of the kernel's, summed over all names that begin with @p name.
std::uint64_t vmstat(const std::string& name) {
    std::istringstream figures(read_text("/proc/vmstat"));
    std::string found;
    std::uint64_t sum = 0;
    for (std::uint64_t value = 0; figures >> found >> value;) {
        sum += found.starts_with(name) ? value : 0;
    }
    return sum;
}

/// Seen by what is allocated meanwhile: to try and to fail would take all there is.
TEST(Limits, MoreThanTheSystemHasIsRefusedBeforeAnythingIsTaken) {
    const auto memory = static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES)) * page;
    const Parameter largest("max_buffer_mib", 4 * memory / mib);
    const Parameter total("max_total_mib", 4 * memory / mib);
    const UniqueFd node = open_node();
    const std::uint64_t killed = vmstat("oom_kill");
    const std::uint64_t allocated = vmstat("pgalloc_");
    EXPECT_EQ(allocation_error(node, memory), ENOMEM);
    EXPECT_LT(vmstat("pgalloc_") - allocated, memory / page / 8);
    EXPECT_EQ(vmstat("oom_kill"), killed);
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

TEST(Limits, HoldForManyThatAllocateAtOnce) {
    constexpr int threads = 8;
    const Parameter limit("max_total_mib", 16);
    const UniqueFd node = open_node();
    for (int round = 0; round < 20; ++round) {
        std::atomic<int> held = 0;
        std::barrier all(threads);
        const auto allocate_and_hold = [&] {
            all.arrive_and_wait();
            dma_heap_allocation_data data = request(5 * mib);
            const int error = error_of(::ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, &data));
            const UniqueFd buffer(error == 0 ? static_cast<int>(data.fd) : -1);
            EXPECT_TRUE(error == 0 || error == ENOMEM) << error;
            held += error == 0 ? 1 : 0;
            all.arrive_and_wait();
        };
        {
            std::vector<std::jthread> crowd;
            for (int i = 0; i < threads; ++i) {
                crowd.emplace_back(allocate_and_hold);
            }
        }
        EXPECT_LE(held, 3) << "round " << round;
    }
    EXPECT_EQ(allocation_error(node, 16 * mib), 0) << "something is counted that is not there";
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

/// Refusals are rate limited, so that a program cannot fill the log.
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
