// SPDX-License-Identifier: MIT
//
// The pool of zeroed memory: what waits in it, for how long, and that it is zero. Run alone.
#include "node.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace uapi {
namespace {

constexpr std::size_t size = 16 * mib;

class Pool : public testing::Test {
protected:
    /// Allocates once, so that the pool knows what is wanted, and waits until it is there.
    void fill() {
        allocate(node_, size).reset();
        ASSERT_EQ(stat_once("pool_bytes", size), static_cast<long>(size));
    }

    UniqueFd node_ = open_node();
};

TEST_F(Pool, IsOffUnlessAskedFor) {
    EXPECT_EQ(read_text("/sys/module/dmabuf_exporter/parameters/pool_mib"), "0\n");
    allocate(node_, size).reset();
    EXPECT_EQ(stat("pool_bytes"), 0);
}

TEST_F(Pool, HasReadyWhatWasTaken) {
    const Parameter pool("pool_mib", 32);
    fill();
    const long hits = stat("pool_hits");
    const long misses = stat("pool_misses");
    for (int i = 0; i < 3; ++i) {
        allocate(node_, size).reset();
        EXPECT_EQ(stat_once("pool_bytes", size), static_cast<long>(size));
    }
    EXPECT_EQ(stat("pool_hits"), hits + 3 * static_cast<long>(size / large));
    EXPECT_EQ(stat("pool_misses"), misses);
}

TEST_F(Pool, IsAlwaysZero) {
    const Parameter pool("pool_mib", 32);
    for (std::size_t i = 0; i < 12; ++i) {
        const std::size_t bytes = i % 3 == 0 ? 5 * mib + 3 * page : size;
        const UniqueFd buffer = allocate(node_, bytes);
        const Map map(buffer, bytes);
        ASSERT_EQ(first_nonzero(map.begin(), bytes), -1) << "round " << i;
        std::fill(map.begin(), map.at(bytes), std::byte{0xff});
        if (i % 2 == 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20)); // the worker has its turn
        }
    }
    EXPECT_GT(stat("pool_hits"), 0);
}

TEST_F(Pool, FollowsWhenAnotherSizeIsWanted) {
    const Parameter pool("pool_mib", 16);
    fill();
    constexpr std::size_t smaller = mib; // one chunk, of an order that does not wait in the pool
    allocate(node_, smaller).reset();
    constexpr long making_room = size - large + smaller;
    ASSERT_EQ(stat_once("pool_bytes", making_room), making_room);
    const long hits = stat("pool_hits");
    allocate(node_, smaller).reset();
    EXPECT_EQ(stat("pool_hits"), hits + 1);
}

TEST_F(Pool, IsBounded) {
    const Parameter pool("pool_mib", 8);
    allocate(node_, 8 * size).reset();
    EXPECT_EQ(stat_once("pool_bytes", 8 * mib), static_cast<long>(8 * mib));
    allocate(node_, 8 * size).reset();
    EXPECT_EQ(stat_once("pool_bytes", 8 * mib), static_cast<long>(8 * mib));
}

TEST_F(Pool, GivesBackWhenTheBoundIsLowered) {
    const Parameter pool("pool_mib", 32);
    fill();
    {
        const Parameter lower("pool_mib", 4);
        EXPECT_EQ(stat("pool_bytes"), static_cast<long>(4 * mib));
        const Parameter off("pool_mib", 0);
        EXPECT_EQ(stat("pool_bytes"), 0);
    }
}

TEST_F(Pool, GivesBackUnderPressure) {
    const Parameter pool("pool_mib", 32);
    fill();
    write_text("/proc/sys/vm/drop_caches", "2\n"); // calls every shrinker
    EXPECT_EQ(stat("pool_bytes"), 0);
}

TEST_F(Pool, GivesBackWhatNobodyWants) {
    const Parameter pool("pool_mib", 32);
    fill();
    for (int i = 0; i < 10 && stat("pool_bytes") != 0; ++i) {
        std::this_thread::sleep_for(std::chrono::seconds(1));
    }
    EXPECT_EQ(stat("pool_bytes"), 0);
}

} // namespace
} // namespace uapi
