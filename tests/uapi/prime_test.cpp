// SPDX-License-Identifier: MIT
//
// A driver that imports: vgem, by the PRIME ioctls of DRM.
#include "support/node.hpp"
#include "support/vgem.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <optional>

namespace uapi {
namespace {

using Handle = parallax::test::VgemImport;

const std::size_t prime_size = 5 * mib + 3 * page;

class Prime : public testing::Test {
protected:
    parallax::test::Vgem card_;
    UniqueFd node_ = open_node();
};

TEST_F(Prime, AttachesAndDetaches) {
    const long attachments = stat("attachments");
    const UniqueFd buffer = allocate(node_, prime_size);
    {
        const Handle handle(card_, buffer.get());
        EXPECT_EQ(stat("attachments"), attachments + 1);
    }
    EXPECT_EQ(stat_once("attachments", attachments), attachments);
}

TEST_F(Prime, SyncsWhileAttached) {
    const UniqueFd buffer = allocate(node_, prime_size);
    const Handle handle(card_, buffer.get());
    const Map map(buffer, prime_size);
    for (const __u64 access : {DMA_BUF_SYNC_READ, DMA_BUF_SYNC_WRITE, DMA_BUF_SYNC_RW}) {
        dma_buf_sync sync{.flags = DMA_BUF_SYNC_START | access};
        ASSERT_EQ(error_of(::ioctl(buffer.get(), DMA_BUF_IOCTL_SYNC, &sync)), 0);
        stamp(map.begin(), map.size(), 80 + access);
        sync.flags = DMA_BUF_SYNC_END | access;
        ASSERT_EQ(error_of(::ioctl(buffer.get(), DMA_BUF_IOCTL_SYNC, &sync)), 0);
        EXPECT_EQ(first_wrong(map.begin(), map.size(), 80 + access), -1);
    }
}

TEST_F(Prime, HandleKeepsTheBuffer) {
    const long bytes = stat("bytes");
    UniqueFd buffer = allocate(node_, prime_size);
    {
        const Map map(buffer, prime_size);
        stamp(map.begin(), map.size(), 90);
    }
    {
        const Handle handle(card_, buffer.get());
        buffer.reset();
        const UniqueFd again = handle.exported();
        const Map map(again, prime_size);
        EXPECT_EQ(first_wrong(map.begin(), map.size(), 90), -1);
    }
    EXPECT_EQ(stat_once("bytes", bytes), bytes);
}

TEST_F(Prime, ComesBackAsTheSameBuffer) {
    const UniqueFd buffer = allocate(node_, prime_size);
    const Handle handle(card_, buffer.get());
    const UniqueFd again = handle.exported();
    struct stat first{};
    struct stat second{};
    ASSERT_EQ(::fstat(buffer.get(), &first), 0);
    ASSERT_EQ(::fstat(again.get(), &second), 0);
    EXPECT_EQ(first.st_ino, second.st_ino);
}

TEST_F(Prime, CardMayBeClosedFirst) {
    const long bytes = stat("bytes");
    const long attachments = stat("attachments");
    UniqueFd buffer = allocate(node_, prime_size);
    std::optional<parallax::test::Vgem> card(std::in_place);
    std::uint32_t handle = 0;
    ASSERT_EQ(card->import(buffer.get(), handle), 0);
    buffer.reset();
    EXPECT_EQ(stat("bytes"), bytes + static_cast<long>(prime_size));
    card.reset();
    EXPECT_EQ(stat_once("bytes", bytes), bytes);
    EXPECT_EQ(stat("attachments"), attachments);
}

} // namespace
} // namespace uapi
