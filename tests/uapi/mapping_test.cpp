// SPDX-License-Identifier: MIT
//
// mmap() of a dma-buf: every part of it, at any address, shared between all processes.
#include "support/node.hpp"

#include <gtest/gtest.h>

#include <linux/futex.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

namespace uapi {
namespace {

class Mapping : public testing::Test {
protected:
    UniqueFd node_ = open_node();
};

/// The distance of the mapping's address from a multiple of `large`.
class MappingAt : public testing::TestWithParam<std::size_t> {
protected:
    /// From @p offset on, at an address in @p space that is so far from a boundary.
    static Map::Where at(const Reservation& space, std::size_t offset = 0) {
        return {.offset = offset, .flags = MAP_SHARED | MAP_FIXED, .address = space.at(GetParam())};
    }

    static inline const std::array sizes_ = {page,         3 * page,           large - page, large,
                                             large + page, 5 * mib + 3 * page, 16 * mib};
    UniqueFd node_ = open_node();
    Reservation space_{16 * mib + large};
};

TEST_P(MappingAt, ShowsEveryPageInItsPlace) {
    for (const std::size_t size : sizes_) {
        SCOPED_TRACE(size);
        const UniqueFd buffer = allocate(node_, size);
        const Map map(buffer, size, at(space_));
        stamp(map.begin(), size, 11);

        const Map elsewhere(buffer, size);
        EXPECT_EQ(first_wrong(elsewhere.begin(), size, 11), -1);
        stamp(elsewhere.begin(), size, 12);
        EXPECT_EQ(first_wrong(map.begin(), size, 12), -1);
    }
}

TEST_P(MappingAt, ShowsEveryOffset) {
    for (const std::size_t size : sizes_) {
        const UniqueFd buffer = allocate(node_, size);
        const Map whole(buffer, size);
        stamp(whole.begin(), size, 13);
        for (const std::size_t offset : {page, 3 * page, large - page, large, large + page}) {
            if (offset < size) {
                const Map part(buffer, size - offset, at(space_, offset));
                EXPECT_EQ(first_wrong(part.begin(), part.size(), 13, offset / page), -1)
                    << size << " bytes from " << offset;
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Page, MappingAt,
                         testing::Values(std::size_t{0}, page, large / 2, large - page),
                         [](const auto& distance) {
                             return std::to_string(distance.param / page);
                         });

TEST_F(Mapping, EveryPageCanBeMappedAlone) {
    const std::size_t size = large + 8 * page;
    const UniqueFd buffer = allocate(node_, size);
    const Map whole(buffer, size);
    stamp(whole.begin(), size, 14);
    for (std::size_t offset = 0; offset < size; offset += page) {
        const Map one(buffer, page, {.offset = offset, .protection = PROT_READ});
        ASSERT_EQ(first_wrong(one.begin(), page, 14, offset / page), -1) << offset / page;
    }
}

TEST_F(Mapping, RefusesToReachBeyondTheEnd) {
    const UniqueFd buffer = allocate(node_, 4 * page);
    EXPECT_EQ(map_error(buffer.get(), 5 * page, {}), EINVAL);
    EXPECT_EQ(map_error(buffer.get(), page, {.offset = 4 * page}), EINVAL);
    EXPECT_EQ(map_error(buffer.get(), 2 * page, {.offset = 3 * page}), EINVAL);
    EXPECT_EQ(map_error(buffer.get(), page, {.offset = std::size_t{1} << 62}), EINVAL);
    EXPECT_EQ(map_error(buffer.get(), page, {.offset = std::size_t{0} - page}), EOVERFLOW);
}

TEST_F(Mapping, RefusesAnOffsetWithinAPage) {
    const UniqueFd buffer = allocate(node_, 4 * page);
    EXPECT_EQ(map_error(buffer.get(), page, {.offset = 512}), EINVAL);
}

TEST_F(Mapping, RefusesPrivateAndWritable) {
    const UniqueFd buffer = allocate(node_, page);
    EXPECT_EQ(map_error(buffer.get(), page, {.flags = MAP_PRIVATE}), EINVAL);
}

TEST_F(Mapping, PrivateLooksOnAndCannotBecomeWritable) {
    const UniqueFd buffer = allocate(node_, large);
    const Map map(buffer, large);
    const Map onlooker(buffer, large, {.protection = PROT_READ, .flags = MAP_PRIVATE});
    EXPECT_EQ(first_nonzero(onlooker.begin(), page), -1);
    stamp(map.begin(), large, 15);
    EXPECT_EQ(first_wrong(onlooker.begin(), large, 15), -1);
    EXPECT_EQ(error_of(::mprotect(onlooker.begin(), large, PROT_READ | PROT_WRITE)), EACCES);
}

TEST_F(Mapping, ReadOnlyFdCannotBecomeWritable) {
    const UniqueFd buffer = allocate(node_, page, O_RDONLY | O_CLOEXEC);
    const Map map(buffer, page, {.protection = PROT_READ});
    EXPECT_EQ(error_of(::mprotect(map.begin(), page, PROT_READ | PROT_WRITE)), EACCES);
}

TEST_F(Mapping, CannotGrow) {
    const UniqueFd buffer = allocate(node_, 4 * page);
    const Map map(buffer, 2 * page);
    EXPECT_EQ(::mremap(map.begin(), 2 * page, 4 * page, MREMAP_MAYMOVE), MAP_FAILED);
    EXPECT_EQ(errno, EFAULT);
}

TEST_F(Mapping, ManyThreadsTouchItAtOnce) {
    constexpr std::size_t size = 8 * mib;
    constexpr std::size_t threads = 4;
    for (const std::size_t distance : {std::size_t{0}, 5 * page}) {
        const UniqueFd buffer = allocate(node_, size);
        const Reservation space(size + distance);
        const Map map(buffer, size,
                      {.flags = MAP_SHARED | MAP_FIXED, .address = space.at(distance)});
        {
            std::vector<std::jthread> writers;
            for (std::size_t t = 0; t < threads; ++t) {
                writers.emplace_back([&map, t] {
                    for (std::size_t at = t * page; at < size; at += threads * page) {
                        stamp(map.at(at), page, 16, at / page);
                    }
                });
            }
        }
        EXPECT_EQ(first_wrong(map.begin(), size, 16), -1);
        const Map elsewhere(buffer, size);
        EXPECT_EQ(first_wrong(elsewhere.begin(), size, 16), -1);
    }
}

TEST_F(Mapping, IsSharedWithAChild) {
    const UniqueFd buffer = allocate(node_, 2 * large);
    const Map map(buffer, 2 * large);
    stamp(map.begin(), large, 17);
    const int status = in_child([&] {
        if (first_wrong(map.begin(), large, 17) != -1) {
            return 1;
        }
        stamp(map.at(large), large, 18); // not touched by the parent yet
        return 0;
    });
    EXPECT_EQ(status, 0);
    EXPECT_EQ(first_wrong(map.at(large), large, 18), -1);
}

/// In a mapping of a large entry and in one of small ones.
TEST_F(Mapping, PagesCannotBePinned) {
    const UniqueFd buffer = allocate(node_, large);
    const Reservation space(large + page);
    for (const std::size_t distance : {std::size_t{0}, page}) {
        const Map map(buffer, large,
                      {.flags = MAP_SHARED | MAP_FIXED, .address = space.at(distance)});
        stamp(map.begin(), large, 19);
        int ends[2];
        ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
        const UniqueFd reader(ends[0]);
        const UniqueFd writer(ends[1]);
        const iovec span{.iov_base = map.begin(), .iov_len = page};
        EXPECT_EQ(error_of(::vmsplice(writer.get(), &span, 1, 0)), EFAULT) << distance;
    }
}

/// The same.
TEST_F(Mapping, OtherProcessesCannotReachIn) {
    const UniqueFd buffer = allocate(node_, large);
    const Reservation space(large + page);
    for (const std::size_t distance : {std::size_t{0}, page}) {
        SCOPED_TRACE(distance);
        const Map map(buffer, large,
                      {.flags = MAP_SHARED | MAP_FIXED, .address = space.at(distance)});
        stamp(map.begin(), large, 22);
        const pid_t child = ::fork();
        ASSERT_NE(child, -1);
        if (child == 0) {
            ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
            ::raise(SIGSTOP);
            ::_exit(0);
        }
        ASSERT_EQ(::waitpid(child, nullptr, 0), child);
        std::vector<std::byte> copy(page);
        const iovec local{.iov_base = copy.data(), .iov_len = copy.size()};
        const iovec remote{.iov_base = map.begin(), .iov_len = page};
        EXPECT_EQ(error_of(::process_vm_readv(child, &local, 1, &remote, 1, 0)), EFAULT);
        errno = 0;
        EXPECT_EQ(::ptrace(PTRACE_PEEKDATA, child, map.begin(), nullptr), -1);
        EXPECT_EQ(errno, EIO);
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
    }
}

TEST_F(Mapping, HasNoSharedFutex) {
    const UniqueFd buffer = allocate(node_, page);
    const Map map(buffer, page);
    EXPECT_EQ(error_of(::syscall(SYS_futex, map.begin(), FUTEX_WAKE, 1, nullptr, nullptr, 0)),
              EFAULT);
    EXPECT_EQ(
        error_of(::syscall(SYS_futex, map.begin(), FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0)), 0);
}

TEST_F(Mapping, CanBeWrittenToAFile) {
    const UniqueFd buffer = allocate(node_, 2 * page);
    const Map map(buffer, 2 * page);
    stamp(map.begin(), 2 * page, 20);
    const UniqueFd file(::memfd_create("copy", MFD_CLOEXEC));
    ASSERT_EQ(::write(file.get(), map.begin(), 2 * page), static_cast<ssize_t>(2 * page));
    const Map copy(file, 2 * page);
    EXPECT_EQ(first_wrong(copy.begin(), 2 * page, 20), -1);
}

TEST_F(Mapping, DontneedIsRefusedAndLosesNothing) {
    const UniqueFd buffer = allocate(node_, large);
    const Map map(buffer, large);
    stamp(map.begin(), large, 21);
    EXPECT_EQ(error_of(::madvise(map.begin(), large, MADV_DONTNEED)), EINVAL);
    EXPECT_EQ(first_wrong(map.begin(), large, 21), -1);
}

} // namespace
} // namespace uapi
