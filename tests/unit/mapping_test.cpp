// SPDX-License-Identifier: MIT
// Ownership of DmaBuf, Mapping and CpuAccess, on a memfd: like a dma-buf it has a size and can be
// mapped; unlike one it refuses DMA_BUF_IOCTL_SYNC, which tests that error path.
#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/dmabuf/mapping.hpp"
#include "parallax/dmabuf/page_size.hpp"
#include "support/fds.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace parallax {
namespace {

const std::size_t page = page_size();

DmaBuf make_buffer(std::size_t size) {
    UniqueFd fd(::memfd_create("mapping-test", MFD_CLOEXEC));
    EXPECT_EQ(::ftruncate(fd.get(), static_cast<off_t>(size)), 0);
    return DmaBuf(std::move(fd));
}

/// The number of mappings of this test's memfd in this process.
int mappings() {
    std::ifstream maps("/proc/self/maps");
    int count = 0;
    for (std::string line; std::getline(maps, line);) {
        count += line.contains("memfd:mapping-test") ? 1 : 0;
    }
    return count;
}

TEST(DmaBuf, KnowsItsSize) {
    EXPECT_EQ(make_buffer(3 * page).size(), 3 * page);
}

TEST(DmaBuf, RefusesAnFdWithoutASize) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd write_end(ends[1]);
    EXPECT_THROW(DmaBuf(UniqueFd(ends[0])), std::system_error);
}

TEST(DmaBuf, InodeIsTheSameForEveryFdOfIt) {
    const DmaBuf buffer = make_buffer(page);
    const DmaBuf same(buffer.duplicate());
    EXPECT_NE(same.fd(), buffer.fd());
    EXPECT_EQ(same.inode(), buffer.inode());
    EXPECT_NE(make_buffer(page).inode(), buffer.inode());
}

TEST(Mapping, UnmapsAtTheEndOfItsLife) {
    const DmaBuf buffer = make_buffer(page);
    const int fds = test::count_open_fds();
    {
        const Mapping mapping = buffer.map();
        EXPECT_EQ(mapping.size(), page);
        EXPECT_EQ(mappings(), 1);
    }
    EXPECT_EQ(mappings(), 0);
    EXPECT_EQ(test::count_open_fds(), fds);
}

TEST(Mapping, OutlivesItsDmaBuf) {
    auto buffer = std::make_unique<DmaBuf>(make_buffer(page));
    const Mapping mapping = buffer->map();
    buffer.reset();
    EXPECT_EQ(mappings(), 1);
    EXPECT_EQ(mapping.size(), page);
}

TEST(Mapping, MoveConstructionHandsOver) {
    Mapping from = make_buffer(page).map();
    const Mapping to = std::move(from);
    EXPECT_EQ(mappings(), 1);
    EXPECT_EQ(to.size(), page);
    EXPECT_EQ(from.size(), 0U); // NOLINT(bugprone-use-after-move): what is tested
}

TEST(Mapping, MoveAssignmentUnmapsWhatWasHeld) {
    Mapping from = make_buffer(page).map();
    Mapping to = make_buffer(2 * page).map();
    ASSERT_EQ(mappings(), 2);
    to = std::move(from);
    EXPECT_EQ(mappings(), 1);
    EXPECT_EQ(to.size(), page);
}

TEST(Mapping, AssignmentToItselfKeepsIt) {
    Mapping mapping = make_buffer(page).map();
    Mapping& same = mapping;
    mapping = std::move(same);
    EXPECT_EQ(mappings(), 1);
}

TEST(Mapping, LargeOnesLieAtMultiplesOfALargeEntry) {
    const std::size_t size = page_table_reach() * 2 + page;
    const Mapping mapping = make_buffer(size).map();
    std::ifstream maps("/proc/self/maps");
    std::string line;
    while (std::getline(maps, line) && !line.contains("memfd:mapping-test")) {
    }
    std::uint64_t first = 0;
    std::uint64_t end = 0;
    ASSERT_EQ(std::sscanf(line.c_str(), "%lx-%lx", &first, &end), 2);
    EXPECT_EQ(first % page_table_reach(), 0U);
    EXPECT_EQ(end - first, size);
}

TEST(Mapping, OfAReadOnlyFdMayOnlyBeRead) {
    const DmaBuf buffer = make_buffer(page);
    const std::string path = "/proc/self/fd/" + std::to_string(buffer.fd());
    const DmaBuf read_only(UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)));
    EXPECT_FALSE(read_only.writable());
    const Mapping mapping = read_only.map();
    EXPECT_EQ(mapping.protection(), Protection::read);
    EXPECT_EQ(mapping.size(), page);
    EXPECT_THROW(CpuWrite{mapping}, std::logic_error);
}

TEST(Mapping, FailsWithTheSizeInTheMessage) {
    const DmaBuf empty = make_buffer(0);
    try {
        static_cast<void>(empty.map());
        FAIL() << "mapped nothing";
    } catch (const std::system_error& error) {
        EXPECT_EQ(error.code().value(), EINVAL);
        EXPECT_NE(std::string(error.what()).find("0 bytes"), std::string::npos);
    }
}

TEST(CpuAccess, ThrowsWhereSyncIsRefused) {
    const Mapping mapping = make_buffer(page).map();
    EXPECT_THROW(CpuRead{mapping}, std::system_error);
    EXPECT_THROW(CpuWrite{mapping}, std::system_error);
}

TEST(CpuAccess, ReadGivesBytesThatCannotBeWritten) {
    static_assert(std::is_same_v<CpuRead::Byte, const std::byte>);
    static_assert(std::is_same_v<CpuWrite::Byte, std::byte>);
    static_assert(!std::is_copy_constructible_v<CpuRead> && !std::is_move_constructible_v<CpuRead>);
}

} // namespace
} // namespace parallax
