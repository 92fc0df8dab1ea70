// SPDX-License-Identifier: MIT
//
// The pool of zeroed memory: its content, its lifetime, and that it is zero. Run alone.
#include "support/node.hpp"

#include <gtest/gtest.h>

#include <linux/mempolicy.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace uapi {
namespace {

const std::size_t pooled_size = 8 * large; ///< chunks that are as large as can be
const std::size_t plenty = 2 * pooled_size / mib;
const std::size_t least = mib / 4; ///< the smallest chunks that wait in the pool

class Pool : public testing::Test {
protected:
    /// Allocates once, so that the pool learns the demand, and waits until it is filled.
    void fill() {
        allocate(node_, pooled_size).reset();
        ASSERT_EQ(stat_once("pool_bytes", pooled_size), static_cast<long>(pooled_size));
    }

    UniqueFd node_ = open_node();
};

TEST_F(Pool, IsOffUnlessAskedFor) {
    EXPECT_EQ(read_text("/sys/module/dmabuf_exporter/parameters/pool_mib"), "0\n");
    allocate(node_, pooled_size).reset();
    EXPECT_EQ(stat("pool_bytes"), 0);
}

TEST_F(Pool, HasReadyWhatWasTaken) {
    const Parameter pool("pool_mib", plenty);
    fill();
    const long hits = stat("pool_hits");
    const long misses = stat("pool_misses");
    for (int i = 0; i < 3; ++i) {
        allocate(node_, pooled_size).reset();
        EXPECT_EQ(stat_once("pool_bytes", pooled_size), static_cast<long>(pooled_size));
    }
    EXPECT_EQ(stat("pool_hits"), hits + 3 * static_cast<long>(pooled_size / large));
    EXPECT_EQ(stat("pool_misses"), misses);
}

TEST_F(Pool, IsAlwaysZero) {
    const Parameter pool("pool_mib", plenty);
    for (std::size_t i = 0; i < 12; ++i) {
        const std::size_t bytes = i % 3 == 0 ? large + mib + 3 * page : 2 * large;
        const UniqueFd buffer = allocate(node_, bytes);
        const Map map(buffer, bytes);
        ASSERT_EQ(first_nonzero(map.begin(), bytes), -1) << "round " << i;
        std::fill(map.begin(), map.at(bytes), std::byte{0xff});
        if (i % 2 == 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20)); // let the worker run
        }
    }
    EXPECT_GT(stat("pool_hits"), 0);
}

TEST_F(Pool, FollowsWhenAnotherSizeIsWanted) {
    const Parameter pool("pool_mib", pooled_size / mib);
    fill();
    const std::size_t smaller = large / 2; // one chunk, of an order that does not wait in the pool
    allocate(node_, smaller).reset();
    const auto making_room = static_cast<long>(pooled_size - large + smaller);
    ASSERT_EQ(stat_once("pool_bytes", making_room), making_room);
    const long hits = stat("pool_hits");
    allocate(node_, smaller).reset();
    EXPECT_EQ(stat("pool_hits"), hits + 1);
}

/// What is smaller than a chunk that the pool holds takes the way that it has without a pool.
TEST_F(Pool, LeavesSmallBuffersAlone) {
    const Parameter pool("pool_mib", plenty);
    fill();
    const long hits = stat("pool_hits");
    const long misses = stat("pool_misses");
    for (const std::size_t bytes : {page, least - page}) {
        allocate(node_, bytes).reset();
    }
    EXPECT_EQ(stat("pool_hits"), hits);
    EXPECT_EQ(stat("pool_misses"), misses);
    EXPECT_EQ(stat("pool_bytes"), static_cast<long>(pooled_size));
    allocate(node_, least).reset();
    EXPECT_EQ(stat("pool_misses"), misses + 1);
}

TEST_F(Pool, IsBounded) {
    const auto bound = static_cast<long>(4 * large);
    const Parameter pool("pool_mib", 4 * large / mib);
    for (int round = 0; round < 2; ++round) {
        allocate(node_, 2 * pooled_size).reset();
        // All that it reaches counts, since the worker trims the pool when it has ended.
        long most = 0;
        for (int i = 0, reached = 0; i < 3000 && reached < 50; ++i) {
            const long bytes = stat("pool_bytes");
            most = std::max(most, bytes);
            reached += bytes >= bound ? 1 : 0;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        EXPECT_EQ(most, bound) << "round " << round;
    }
}

TEST_F(Pool, GivesBackWhenTheBoundIsLowered) {
    const Parameter pool("pool_mib", plenty);
    fill();
    {
        const Parameter lower("pool_mib", 2 * large / mib);
        EXPECT_EQ(stat("pool_bytes"), static_cast<long>(2 * large));
        const Parameter off("pool_mib", 0);
        EXPECT_EQ(stat("pool_bytes"), 0);
    }
}

TEST_F(Pool, GivesBackUnderPressure) {
    const Parameter pool("pool_mib", plenty);
    fill();
    write_text("/proc/sys/vm/drop_caches", "2\n"); // calls every shrinker
    EXPECT_EQ(stat("pool_bytes"), 0);
}

TEST_F(Pool, GivesBackWhatNobodyWants) {
    const Parameter pool("pool_mib", plenty);
    fill();
    for (int i = 0; i < 10 && stat("pool_bytes") != 0; ++i) {
        std::this_thread::sleep_for(std::chrono::seconds(1));
    }
    EXPECT_EQ(stat("pool_bytes"), 0);
}

/// A task with a memory policy is not served from the pool.
TEST_F(Pool, ServesNoTaskWithAMemoryPolicy) {
    const Parameter pool("pool_mib", plenty);
    allocate(node_, 4 * large).reset();
    ASSERT_EQ(stat_once("pool_bytes", 4 * large), static_cast<long>(4 * large));
    const long hits = stat("pool_hits");
    const int status = in_child([&] {
        const unsigned long nodes = 1;
        if (::syscall(SYS_set_mempolicy, MPOL_BIND, &nodes, 8 * sizeof(nodes)) != 0) {
            return errno;
        }
        allocate(node_, 4 * large).reset();
        return 0;
    });
    EXPECT_EQ(status, 0);
    EXPECT_EQ(stat("pool_hits"), hits);
    allocate(node_, 4 * large).reset();
    EXPECT_GT(stat("pool_hits"), hits);
}

/// Only where there are two nodes, as on a machine that was booted with numa=fake=2.
TEST(PoolOfTwoNodes, ServesNoTaskWhoseCpusetExcludesItsNode) {
    if (!std::filesystem::exists("/sys/devices/system/node/node1")) {
        GTEST_SKIP() << "there is one NUMA node";
    }
    char root[] = "/tmp/uapi-cpuset-XXXXXX";
    ASSERT_NE(::mkdtemp(root), nullptr);
    ASSERT_EQ(::mount("none", root, "cgroup2", 0, nullptr), 0);
    const std::filesystem::path group = std::filesystem::path(root) / "uapi";
    write_text(std::filesystem::path(root) / "cgroup.subtree_control", "+cpuset");
    std::filesystem::create_directory(group);
    write_text(group / "cpuset.mems", "1");

    const int status = in_child([&] { // which stays on a CPU of node 0
        cpu_set_t first;
        CPU_ZERO(&first);
        CPU_SET(0, &first);
        if (::sched_setaffinity(0, sizeof(first), &first) != 0) {
            return 1;
        }
        const Parameter pool("pool_mib", plenty);
        const UniqueFd node = open_node();
        allocate(node, pooled_size).reset();
        if (stat_once("pool_bytes", pooled_size) != static_cast<long>(pooled_size)) {
            return 2;
        }
        const long hits = stat("pool_hits");
        const int served = in_child([&] {
            write_text(group / "cgroup.procs", "0");
            allocate(node, pooled_size).reset();
            return stat("pool_hits") == hits ? 0 : 1;
        });
        if (served != 0) {
            return 3;
        }
        allocate(node, pooled_size).reset();
        return stat("pool_hits") > hits ? 0 : 4;
    });
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT_EQ(::rmdir(group.c_str()), 0);
    EXPECT_EQ(::umount(root), 0);
    EXPECT_EQ(::rmdir(root), 0);
}

} // namespace
} // namespace uapi
