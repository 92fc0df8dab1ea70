// SPDX-License-Identifier: MIT
//
// Memory is charged to the cgroup of the process that allocates.
#include "support/node.hpp"

#include <gtest/gtest.h>

#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

namespace uapi {
namespace {

/// A new memory cgroup in a private mount of the hierarchy.
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
        // Each CPU keeps a small stock of precharged pages.
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

/// Some of the limit is left: the next page fault of a refused program must not kill it.
TEST_F(Cgroup, FullGroupRefusesEverySizeAndKillsNobody) {
    for (const std::size_t bytes : {page, 2 * page, 3 * page, 16 * page, mib, mib + page}) {
        for (std::size_t round = 0; round < 3; ++round) {
            SCOPED_TRACE(testing::Message() << "buffers of " << bytes << " bytes, round " << round);
            write_text(group_ / "memory.max", std::to_string(16 * mib + 5 * page * round));
            int ready[2] = {-1, -1};
            ASSERT_EQ(::pipe2(ready, O_CLOEXEC), 0);
            const UniqueFd reader(ready[0]);
            UniqueFd writer(ready[1]);
            const pid_t bystander = ::fork();
            ASSERT_NE(bystander, -1);
            if (bystander == 0) {
                ::prctl(PR_SET_PDEATHSIG, SIGKILL);
                write_text(group_ / "cgroup.procs", "0");
                std::vector<std::byte> memory(2 * mib, std::byte{1});
                ::write(ready[1], "r", 1);
                ::pause();
                ::_exit(0);
            }
            writer.reset();
            char byte = 0;
            ASSERT_EQ(::read(reader.get(), &byte, 1), 1) << "the bystander has not begun";
            const int status = in_group([&] {
                const rlimit limit{.rlim_cur = 65536, .rlim_max = 65536};
                ::setrlimit(RLIMIT_NOFILE, &limit);
                const UniqueFd node = open_node();
                for (;;) { // the end of the process closes them
                    dma_heap_allocation_data data = request(bytes);
                    if (const int error =
                            error_of(::ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, &data))) {
                        return error;
                    }
                }
            });
            EXPECT_TRUE(WIFEXITED(status)) << "killed by signal " << WTERMSIG(status);
            EXPECT_EQ(WEXITSTATUS(status), ENOMEM);
            EXPECT_EQ(::waitpid(bystander, nullptr, WNOHANG), 0) << "the bystander is gone";
            ::kill(bystander, SIGKILL);
            ::waitpid(bystander, nullptr, 0);
            const std::string events = read_text(group_ / "memory.events");
            EXPECT_NE(events.find("oom_kill 0"), std::string::npos) << events;
        }
    }
}

/// Many more than there are CPUs: each looks for room, is preempted, and is charged later.
TEST_F(Cgroup, ManyThatFillItTogetherKillNobody) {
    constexpr int count = 12; // of many more, a page fault may meet the room that is being made
    struct Turn {
        std::atomic<int> ready;
        std::atomic<bool> begin;
        std::atomic<bool> end;
        std::atomic<long> refused;
    };
    for (const std::size_t bytes : {4 * page, 16 * page, 64 * page}) {
        SCOPED_TRACE(testing::Message() << "buffers of " << bytes << " bytes");
        write_text(group_ / "memory.max", "max");
        auto* turn = static_cast<Turn*>(
            ::mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
        ASSERT_NE(static_cast<void*>(turn), MAP_FAILED);
        std::vector<pid_t> children;
        for (int i = 0; i < count; ++i) {
            children.push_back(::fork());
            ASSERT_NE(children.back(), -1);
            if (children.back() == 0) {
                ::prctl(PR_SET_PDEATHSIG, SIGKILL);
                write_text(group_ / "cgroup.procs", "0");
                const UniqueFd node = open_node();
                void* touched = ::mmap(nullptr, page, PROT_READ | PROT_WRITE,
                                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                std::vector<UniqueFd> buffers(512); // so that nothing but buffers is charged later
                ++turn->ready;
                while (!turn->begin) {
                    ::usleep(1000);
                }
                while (!turn->end) {
                    for (UniqueFd& buffer : buffers) {
                        dma_heap_allocation_data data = request(bytes);
                        if (const int error =
                                error_of(::ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, &data))) {
                            if (error != ENOMEM) {
                                ::_exit(1);
                            }
                            ++turn->refused;
                            ::madvise(touched, page, MADV_DONTNEED);
                            *static_cast<volatile char*>(touched) = 1; // a page fault
                            break;
                        }
                        buffer = UniqueFd(static_cast<int>(data.fd));
                    }
                    for (UniqueFd& buffer : buffers) {
                        buffer.reset();
                    }
                }
                ::_exit(0);
            }
        }
        while (turn->ready < count) {
            ::usleep(1000);
        }
        write_text(group_ / "memory.max", std::to_string(used() + static_cast<long>(24 * mib)));
        turn->begin = true;
        while (turn->refused < 10L * count) {
            ::usleep(10'000);
        }
        turn->end = true;
        for (const pid_t child : children) {
            int status = -1;
            ASSERT_EQ(::waitpid(child, &status, 0), child);
            EXPECT_EQ(status, 0) << "killed by signal " << WTERMSIG(status);
        }
        ::munmap(turn, page);
        const std::string events = read_text(group_ / "memory.events");
        EXPECT_NE(events.find("oom_kill 0"), std::string::npos) << events;
    }
}

/// The next fd makes the table of fds grow by more than the group has left.
TEST_F(Cgroup, TableOfFdsThatCannotGrowKillsNobody) {
    constexpr int fds = 131072;
    write_text(group_ / "memory.max", std::to_string(16 * mib));
    const int status = in_group([&] {
        const rlimit limit{.rlim_cur = 2 * fds, .rlim_max = 2 * fds};
        ::setrlimit(RLIMIT_NOFILE, &limit);
        const UniqueFd node = open_node();
        const UniqueFd current(::open((group_ / "memory.current").c_str(), O_RDONLY | O_CLOEXEC));
        while (::dup(node.get()) < fds - 1) { // the end of the process closes them
        }
        std::array<char, 32>
            text{}; // read through an fd that there is: a new one would be too many
        if (::pread(current.get(), text.data(), text.size() - 1, 0) <= 0) {
            return -1;
        }
        const long left = static_cast<long>(16 * mib - (1200U << 10)) - std::stol(text.data());
        std::vector<std::byte> memory(static_cast<std::size_t>(left), std::byte{1});
        dma_heap_allocation_data data = request(page);
        const int error = error_of(::ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, &data));
        return memory.back() == std::byte{1} ? error : -1;
    });
    EXPECT_TRUE(WIFEXITED(status)) << "killed by signal " << WTERMSIG(status);
    EXPECT_EQ(WEXITSTATUS(status), ENOMEM);
    EXPECT_NE(read_text(group_ / "memory.events").find("oom_kill 0"), std::string::npos);
}

/// Pages that are requested but not allocated do not count against others.
TEST_F(Cgroup, AskingForMoreThanItMayHaveRefusesNobodyElse) {
    const Parameter total("max_total_mib", 256);
    write_text(group_ / "memory.max", std::to_string(16 * mib));
    auto* refused = static_cast<std::atomic<long>*>(
        ::mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    ASSERT_NE(static_cast<void*>(refused), MAP_FAILED);
    std::vector<pid_t> askers;
    for (int i = 0; i < 4; ++i) {
        askers.push_back(::fork());
        ASSERT_NE(askers.back(), -1);
        if (askers.back() == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            write_text(group_ / "cgroup.procs", "0");
            const UniqueFd node = open_node();
            for (;;) {
                dma_heap_allocation_data data = request(240 * mib);
                if (error_of(::ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, &data)) != ENOMEM) {
                    ::_exit(1);
                }
                ++*refused;
            }
        }
    }
    const UniqueFd node = open_node();
    long ours = 0;
    while (*refused < 20) {
        dma_heap_allocation_data data = request(4 * mib);
        ASSERT_EQ(error_of(::ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, &data)), 0)
            << "after " << ours << " allocations";
        const UniqueFd buffer(static_cast<int>(data.fd));
        ++ours;
    }
    for (const pid_t asker : askers) {
        EXPECT_EQ(::waitpid(asker, nullptr, WNOHANG), 0) << "it was not refused";
        ::kill(asker, SIGKILL);
        ::waitpid(asker, nullptr, 0);
    }
    ::munmap(refused, page);
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

/// A chunk in the pool is charged already, and goes to no other cgroup.
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
    // Outside of the group its chunks are not used.
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

long dying_groups(const std::filesystem::path& root) {
    const std::string text = read_text(root / "cgroup.stat");
    const std::string name = "nr_dying_descendants ";
    return std::stol(text.substr(text.find(name) + name.size()));
}

/// An idle pool refers to no group, so it does not keep a removed one.
TEST_F(Cgroup, IsNotKeptByAnIdlePool) {
    const Parameter pool("pool_mib", 32);
    const long before = dying_groups(root_);
    const int status = in_group([&] {
        allocate(open_node(), 16 * mib).reset();
        return stat_once("pool_bytes", 16 * mib) == static_cast<long>(16 * mib) ? 0 : 1;
    });
    EXPECT_EQ(status, 0);
    ASSERT_EQ(::rmdir(group_.c_str()), 0);
    for (int i = 0; i < 5 && stat_once("pool_bytes", 0) != 0; ++i) {
    }
    EXPECT_EQ(stat("pool_bytes"), 0);
    long dying = 0;
    for (int i = 0; i < 100 && (dying = dying_groups(root_)) > before; ++i) {
        ::usleep(100'000);
    }
    EXPECT_LE(dying, before);
    ASSERT_TRUE(std::filesystem::create_directory(group_)); // for TearDown()
}

} // namespace
} // namespace uapi
