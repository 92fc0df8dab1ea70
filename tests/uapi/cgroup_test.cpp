// SPDX-License-Identifier: MIT
//
// Who pays: the memory cgroup of the process that allocates.
#include "node.hpp"

#include <gtest/gtest.h>

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace uapi {
namespace {

/// A memory cgroup of its own in a private mount of the hierarchy.
class Cgroup : public testing::Test {
protected:
    void SetUp() override {
        char path[] = "/tmp/uapi-cgroup-XXXXXX";
        ASSERT_NE(::mkdtemp(path), nullptr);
        root_ = path;
        ASSERT_EQ(::mount("none", root_.c_str(), "cgroup2", 0, nullptr), 0) << std::strerror(errno);
        write_text(root_ / "cgroup.subtree_control", "+memory");
        group_ = root_ / "uapi";
        ASSERT_TRUE(std::filesystem::create_directory(group_));
    }

    void TearDown() override {
        EXPECT_EQ(::rmdir(group_.c_str()), 0) << std::strerror(errno);
        EXPECT_EQ(::umount(root_.c_str()), 0) << std::strerror(errno);
        EXPECT_EQ(::rmdir(root_.c_str()), 0) << std::strerror(errno);
    }

    /// Runs @p body in a process of the group. @return its wait status.
    int in_group(const std::function<int()>& body) {
        return in_child([&] {
            write_text(group_ / "cgroup.procs", "0");
            return body();
        });
    }

    [[nodiscard]] long used() const { return std::stol(read_text(group_ / "memory.current")); }

    std::filesystem::path root_;
    std::filesystem::path group_;
};

TEST_F(Cgroup, PaysForTheBuffer) {
    const int status = in_group([&] {
        const UniqueFd node = open_node();
        const long before = used();
        UniqueFd buffer = allocate(node, 16 * mib);
        const long held = used() - before;
        buffer.reset();
        const long kept = used() - before;
        std::printf("held %ld, kept %ld bytes\n", held, kept);
        // Each CPU keeps a small stock of what was charged.
        return held < static_cast<long>(15 * mib) || kept > static_cast<long>(2 * mib) ? 1 : 0;
    });
    EXPECT_EQ(status, 0);
}

TEST_F(Cgroup, LimitRefusesTheBufferAndKillsNobody) {
    write_text(group_ / "memory.max", std::to_string(16 * mib));
    const int status = in_group([&] {
        const UniqueFd node = open_node();
        dma_heap_allocation_data data = request(64 * mib);
        if (error_of(::ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, &data)) != ENOMEM) {
            return 1;
        }
        data = request(4 * mib); // which fits
        return error_of(::ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, &data));
    });
    EXPECT_TRUE(WIFEXITED(status)) << "killed by signal " << WTERMSIG(status);
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT_NE(read_text(group_ / "memory.events").find("oom_kill 0"), std::string::npos);
}

TEST_F(Cgroup, ReceiverDoesNotPay) {
    const UniqueFd node = open_node();
    const UniqueFd buffer = allocate(node, 16 * mib); // by a process outside of the group
    const int status = in_group([&] {
        const Map map(buffer, 16 * mib);
        stamp(map.begin(), map.size(), 70);
        return used() > static_cast<long>(8 * mib) ? 1 : 0;
    });
    EXPECT_EQ(status, 0);
}

/// A chunk that waits in the pool has its payer already, and goes to nobody else.
TEST_F(Cgroup, PaysForWhatItTakesFromThePool) {
    const Parameter pool("pool_mib", 32);
    const int status = in_group([&] {
        const UniqueFd node = open_node();
        allocate(node, 16 * mib).reset();
        if (stat_once("pool_bytes", 16 * mib) != static_cast<long>(16 * mib)) {
            return 1;
        }
        const long hits = stat("pool_hits");
        const UniqueFd buffer = allocate(node, 16 * mib);
        if (stat("pool_hits") == hits) {
            return 2;
        }
        return used() < static_cast<long>(15 * mib) ? 3 : 0;
    });
    EXPECT_EQ(status, 0);
    // Here, outside of the group, what waits for it is of no use.
    stat_once("pool_bytes", 16 * mib);
    const long hits = stat("pool_hits");
    const UniqueFd buffer = allocate(open_node(), 16 * mib);
    EXPECT_EQ(stat("pool_hits"), hits);
}

TEST_F(Cgroup, CanBeRemovedWhileThePoolWaitsForIt) {
    const Parameter pool("pool_mib", 32);
    const int status = in_group([&] {
        allocate(open_node(), 16 * mib).reset();
        return stat_once("pool_bytes", 16 * mib) == static_cast<long>(16 * mib) ? 0 : 1;
    });
    EXPECT_EQ(status, 0);
    ASSERT_EQ(::rmdir(group_.c_str()), 0);
    for (int i = 0; i < 3; ++i) {
        const UniqueFd buffer = allocate(open_node(), 16 * mib);
        const Map map(buffer, 16 * mib);
        EXPECT_EQ(first_nonzero(map.begin(), map.size()), -1);
    }
    ASSERT_TRUE(std::filesystem::create_directory(group_)); // for TearDown()
}

} // namespace
} // namespace uapi
