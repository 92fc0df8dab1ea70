// SPDX-License-Identifier: MIT
//
// Large entries of 2 MiB, sixteen by one fault, and the effect of unmapping, moving or protecting a
// part of them. Faults are counted, not timed.
#include "support/kernel.hpp"
#include "support/node.hpp"

#include <gtest/gtest.h>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

namespace uapi {
namespace {

long faults() {
    rusage usage{};
    ::getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_minflt;
}

/// Touches every page.
/// @return the number of faults.
long faults_to_touch(const Map& map) {
    const long before = faults();
    for (std::size_t offset = 0; offset < map.size(); offset += page) {
        *reinterpret_cast<volatile std::byte*>(map.at(offset)) = std::byte{1};
    }
    return faults() - before;
}

/// The minimum of three attempts, each with a new mapping: other pages of the process may fault,
/// but not in all three.
template <typename Turn>
long least_faults(Turn turn) {
    return std::min({turn(), turn(), turn()});
}

/// A buffer of @p count times 2 MiB, mapped @p distance bytes after a 2 MiB boundary.
class Large {
public:
    explicit Large(std::size_t count, std::size_t distance = 0)
        : space_(count * large + distance),
          buffer_(allocate(open_node(), count * large)),
          map_(buffer_, count * large,
               {.flags = MAP_SHARED | MAP_FIXED, .address = space_.at(distance)}) {}

    [[nodiscard]] const UniqueFd& buffer() const { return buffer_; }
    [[nodiscard]] const Map& map() const { return map_; }
    Map& map() { return map_; }

private:
    Reservation space_;
    UniqueFd buffer_;
    Map map_;
};

/// Tries in a child, which handles the signal: an unhandled one would be in the kernel's log.
bool write_faults(std::byte* where) {
    return in_child([&] {
               struct sigaction action{};
               action.sa_handler = [](int) { ::_exit(1); };
               ::sigaction(SIGSEGV, &action, nullptr);
               *reinterpret_cast<volatile std::byte*>(where) = std::byte{1};
               return 0;
           }) != 0;
}

/// Tries in this process, whose page tables may have an entry where it has no mapping: a child has
/// none.
/// @return the errno of a call that reads the byte, or 0.
int read_error(const std::byte* where) {
    int ends[2] = {-1, -1};
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd reader(ends[0]);
    const UniqueFd writer(ends[1]);
    return error_of(::write(writer.get(), where, 1));
}

TEST(LargeEntry, OneFaultMapsSixteenOfThem) {
    // The sixteen may lie in two tables, at a boundary of 1 GiB.
    const bool large_entries = parallax::test::large_entries_of_frames();
    EXPECT_LE(least_faults([] { return faults_to_touch(Large(16).map()); }),
              large_entries ? 2 : 16);
    EXPECT_LE(least_faults([] { return faults_to_touch(Large(40).map()); }),
              large_entries ? 4 : 40);
}

TEST(LargeEntry, OneFaultGoesNoFurtherThanTheMapping) {
    Large memory(4);
    stamp(memory.map().begin(), memory.map().size(), 36);
    const Reservation space(4 * large);
    const Map part(memory.buffer(), 2 * large - page,
                   {.flags = MAP_SHARED | MAP_FIXED, .address = space.at(0)});
    EXPECT_EQ(first_wrong(part.begin(), part.size(), 36), -1);
    for (const std::size_t beyond : {2 * large - page, 2 * large}) {
        EXPECT_EQ(read_error(space.at(beyond)), EFAULT) << beyond;
        EXPECT_TRUE(write_faults(space.at(beyond))) << beyond;
    }
}

TEST(LargeEntry, OneFaultLeavesSmallEntriesBehindIt) {
    const int status = in_child([] {
        const Large memory(4);
        if (::prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) != 0) {
            return 1;
        }
        *reinterpret_cast<volatile std::byte*>(memory.map().at(2 * large)) = std::byte{1};
        if (::prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0) != 0) {
            return 1;
        }
        stamp(memory.map().begin(), memory.map().size(), 37);
        const Map elsewhere(memory.buffer(), 4 * large);
        return first_wrong(elsewhere.begin(), elsewhere.size(), 37) == -1 ? 0 : 2;
    });
    EXPECT_EQ(status, 0);
}

TEST(LargeEntry, OneFaultFillsAPageTableElsewhere) {
    EXPECT_LE(least_faults([] { return faults_to_touch(Large(16, 3 * page).map()); }), 17);
}

TEST(LargeEntry, OneFaultMapsSixteenOfTheNode) {
    const auto turn = [] {
        const UniqueFd node = open_node();
        const UniqueFd buffer = allocate(node, 16 * large);
        return faults_to_touch(Map(node, 16 * large));
    };
    EXPECT_LE(least_faults(turn), parallax::test::large_entries_of_frames() ? 2 : 16);
}

/// The header's method of filling a mapping before its use.
TEST(LargeEntry, OneReadForEachPageTableLeavesNoFault) {
    for (const std::size_t distance : {std::size_t{0}, page, large - page}) {
        const auto turn = [distance] {
            const Large memory(20, distance);
            const Map& map = memory.map();
            static_cast<void>(*reinterpret_cast<volatile std::byte*>(map.begin()));
            for (std::size_t at = large - distance; at < map.size(); at += large) {
                static_cast<void>(*reinterpret_cast<volatile std::byte*>(map.at(at)));
            }
            return faults_to_touch(map);
        };
        EXPECT_EQ(least_faults(turn), 0) << distance;
    }
}

TEST(LargeEntry, NothingElseMapsAheadOfTime) {
    for (const int flag : {0, MAP_POPULATE}) {
        const auto turn = [flag] {
            const UniqueFd buffer = allocate(open_node(), 4 * large);
            const Map map(buffer, 4 * large, {.flags = MAP_SHARED | flag});
            EXPECT_EQ(error_of(::mlock(map.begin(), map.size())), 0);
            EXPECT_EQ(error_of(::madvise(map.begin(), map.size(), MADV_POPULATE_READ)), EINVAL);
            EXPECT_EQ(error_of(::madvise(map.begin(), map.size(), MADV_POPULATE_WRITE)), EINVAL);
            return faults_to_touch(map);
        };
        EXPECT_GE(least_faults(turn), 1) << flag;
    }
}

TEST(LargeEntry, NoFaultAfterAReadBeforeTheFirstWrite) {
    for (const std::size_t distance : {std::size_t{0}, page}) {
        const auto turn = [distance] {
            const Large memory(4, distance);
            EXPECT_EQ(first_nonzero(memory.map().begin(), memory.map().size()), -1);
            return faults_to_touch(memory.map());
        };
        EXPECT_EQ(least_faults(turn), 0);
    }
}

TEST(LargeEntry, WorksWhereTheProcessWantsNone) {
    const int status = in_child([] {
        if (::prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) != 0) {
            return 1;
        }
        const Large memory(4);
        stamp(memory.map().begin(), memory.map().size(), 30);
        const Map elsewhere(memory.buffer(), 4 * large);
        return first_wrong(elsewhere.begin(), elsewhere.size(), 30) == -1 ? 0 : 2;
    });
    EXPECT_EQ(status, 0);
}

TEST(LargeEntry, MiddleCanBeUnmapped) {
    Large memory(2);
    const Map& map = memory.map();
    stamp(map.begin(), map.size(), 31);
    ASSERT_EQ(::munmap(map.at(large / 2), 4 * page), 0);
    EXPECT_TRUE(write_faults(map.at(large / 2)));
    EXPECT_TRUE(write_faults(map.at(large / 2 + 3 * page)));
    const std::size_t after = large / 2 + 4 * page;
    EXPECT_EQ(first_wrong(map.begin(), large / 2, 31), -1);
    EXPECT_EQ(first_wrong(map.at(after), map.size() - after, 31, after / page), -1);
    const Map elsewhere(memory.buffer(), 2 * large);
    EXPECT_EQ(first_wrong(elsewhere.begin(), elsewhere.size(), 31), -1);
}

TEST(LargeEntry, BeginningAndEndCanBeUnmapped) {
    Large memory(3);
    const Map& map = memory.map();
    stamp(map.begin(), map.size(), 32);
    ASSERT_EQ(::munmap(map.begin(), page), 0);
    ASSERT_EQ(::munmap(map.at(3 * large - page), page), 0);
    EXPECT_EQ(first_wrong(map.at(page), map.size() - 2 * page, 32, 1), -1);
    stamp(map.at(page), map.size() - 2 * page, 33, 1);
    const Map elsewhere(memory.buffer(), 3 * large);
    EXPECT_EQ(first_wrong(elsewhere.at(page), map.size() - 2 * page, 33, 1), -1);
}

TEST(LargeEntry, HoleCanBeFilledAgain) {
    Large memory(2);
    const Map& map = memory.map();
    stamp(map.begin(), map.size(), 34);
    ASSERT_EQ(::munmap(map.at(8 * page), 8 * page), 0);
    ASSERT_NE(::mmap(map.at(8 * page), 8 * page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
                     memory.buffer().get(), 8 * page),
              MAP_FAILED);
    EXPECT_EQ(first_wrong(map.begin(), map.size(), 34), -1);
}

TEST(LargeEntry, CanBeMovedToAnAlignedPlace) {
    Large memory(2);
    Map& map = memory.map();
    stamp(map.begin(), map.size(), 35);
    const Reservation space(map.size());
    void* moved =
        ::mremap(map.begin(), map.size(), map.size(), MREMAP_MAYMOVE | MREMAP_FIXED, space.at(0));
    ASSERT_EQ(moved, space.at(0));
    EXPECT_EQ(first_wrong(space.at(0), map.size(), 35), -1);
    stamp(space.at(0), map.size(), 36);
    const Map elsewhere(memory.buffer(), map.size());
    EXPECT_EQ(first_wrong(elsewhere.begin(), map.size(), 36), -1);
    map.forget();
}

TEST(LargeEntry, CanBeMovedToAnUnalignedPlace) {
    Large memory(2);
    Map& map = memory.map();
    stamp(map.begin(), map.size(), 37);
    const Reservation space(map.size() + page);
    void* moved = ::mremap(map.begin(), map.size(), map.size(), MREMAP_MAYMOVE | MREMAP_FIXED,
                           space.at(page));
    ASSERT_EQ(moved, space.at(page));
    EXPECT_EQ(first_wrong(space.at(page), map.size(), 37), -1);
    map.forget();
}

/// To a place where there can be large entries, beside the small ones that move along.
TEST(LargeEntry, CanBeMovedFromAnUnalignedPlace) {
    const UniqueFd buffer = allocate(open_node(), 3 * large);
    const Map whole(buffer, 3 * large);
    std::uint64_t seed = 50;
    for (const std::size_t offset : {std::size_t{0}, page}) {
        const std::size_t size = 3 * large - offset;
        for (const std::size_t touched : {std::size_t{0}, page, size}) {
            SCOPED_TRACE(testing::Message() << "from " << offset << " on, touched " << touched);
            stamp(whole.begin(), whole.size(), seed);
            const Reservation space(size + page);
            Map map(buffer, size,
                    {.offset = offset,
                     .flags = MAP_SHARED | MAP_FIXED,
                     .address = space.at(page - offset)});
            EXPECT_EQ(first_wrong(map.begin(), touched, seed, offset / page), -1);
            const Reservation target(size + page);
            ASSERT_EQ(
                ::mremap(map.begin(), size, size, MREMAP_MAYMOVE | MREMAP_FIXED, target.at(offset)),
                target.at(offset));
            map.forget();
            EXPECT_EQ(first_wrong(target.at(offset), size, seed, offset / page), -1);
            ++seed;
            stamp(target.at(offset), size, seed, offset / page);
            EXPECT_EQ(first_wrong(whole.at(offset), size, seed, offset / page), -1);
            ++seed;
        }
    }
}

TEST(LargeEntry, PartCanBeMoved) {
    Large memory(2);
    const Map& map = memory.map();
    stamp(map.begin(), map.size(), 38);
    const Reservation space(large);
    void* moved = ::mremap(map.at(16 * page), 16 * page, 16 * page, MREMAP_MAYMOVE | MREMAP_FIXED,
                           space.at(5 * page));
    ASSERT_EQ(moved, space.at(5 * page));
    EXPECT_EQ(first_wrong(space.at(5 * page), 16 * page, 38, 16), -1);
    EXPECT_EQ(first_wrong(map.begin(), 16 * page, 38), -1);
    EXPECT_EQ(first_wrong(map.at(32 * page), map.size() - 32 * page, 38, 32), -1);
    EXPECT_TRUE(write_faults(map.at(16 * page)));
}

TEST(LargeEntry, CanShrink) {
    Large memory(2);
    const Map& map = memory.map();
    stamp(map.begin(), map.size(), 39);
    ASSERT_EQ(::mremap(map.begin(), map.size(), large + 3 * page, 0), map.begin());
    EXPECT_EQ(first_wrong(map.begin(), large + 3 * page, 39), -1);
    EXPECT_TRUE(write_faults(map.at(large + 3 * page)));
}

TEST(LargeEntry, CanBeProtectedAndReleased) {
    for (const std::size_t distance : {std::size_t{0}, page}) {
        const Large memory(2, distance);
        const Map& map = memory.map();
        stamp(map.begin(), map.size(), 40);
        ASSERT_EQ(::mprotect(map.begin(), map.size(), PROT_READ), 0);
        EXPECT_EQ(first_wrong(map.begin(), map.size(), 40), -1);
        EXPECT_TRUE(write_faults(map.at(large)));
        ASSERT_EQ(::mprotect(map.begin(), map.size(), PROT_NONE), 0);
        EXPECT_TRUE(write_faults(map.begin()));
        ASSERT_EQ(::mprotect(map.begin(), map.size(), PROT_READ | PROT_WRITE), 0);
        EXPECT_EQ(first_wrong(map.begin(), map.size(), 40), -1);
        stamp(map.begin(), map.size(), 41);
        const Map elsewhere(memory.buffer(), map.size());
        EXPECT_EQ(first_wrong(elsewhere.begin(), map.size(), 41), -1);
    }
}

TEST(LargeEntry, PartCanBeProtected) {
    const Large memory(2);
    const Map& map = memory.map();
    stamp(map.begin(), map.size(), 42);
    ASSERT_EQ(::mprotect(map.at(32 * page), 32 * page, PROT_READ), 0);
    EXPECT_TRUE(write_faults(map.at(32 * page)));
    EXPECT_TRUE(write_faults(map.at(63 * page)));
    EXPECT_FALSE(write_faults(map.at(31 * page)));
    EXPECT_FALSE(write_faults(map.at(64 * page)));
    ASSERT_EQ(::mprotect(map.at(32 * page), 32 * page, PROT_READ | PROT_WRITE), 0);
    stamp(map.begin(), map.size(), 43);
    EXPECT_EQ(first_wrong(map.begin(), map.size(), 43), -1);
}

TEST(LargeEntry, ReadOnlyAtFirstCanBecomeWritable) {
    const UniqueFd buffer = allocate(open_node(), large);
    const Reservation space(large);
    const Map map(
        buffer, large,
        {.protection = PROT_READ, .flags = MAP_SHARED | MAP_FIXED, .address = space.at(0)});
    EXPECT_EQ(first_nonzero(map.begin(), large), -1);
    EXPECT_TRUE(write_faults(map.begin()));
    ASSERT_EQ(::mprotect(map.begin(), large, PROT_READ | PROT_WRITE), 0);
    stamp(map.begin(), large, 44);
    EXPECT_EQ(first_wrong(map.begin(), large, 44), -1);
}

TEST(LargeEntry, ChildMayUnmapAPart) {
    const Large memory(2);
    const Map& map = memory.map();
    stamp(map.begin(), map.size(), 45);
    const int status = in_child([&] {
        if (::munmap(map.at(page), page) != 0 || first_wrong(map.begin(), page, 45) != -1 ||
            first_wrong(map.at(2 * page), map.size() - 2 * page, 45, 2) != -1) {
            return 1;
        }
        stamp(map.at(2 * page), map.size() - 2 * page, 46, 2);
        return 0;
    });
    EXPECT_EQ(status, 0);
    EXPECT_EQ(first_wrong(map.begin(), 2 * page, 45), -1);
    EXPECT_EQ(first_wrong(map.at(2 * page), map.size() - 2 * page, 46, 2), -1);
}

} // namespace
} // namespace uapi
