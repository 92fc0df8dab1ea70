// SPDX-License-Identifier: MIT
//
// A driver that imports: vgem, by the PRIME ioctls of DRM.
#include "node.hpp"

#include <gtest/gtest.h>

#include <drm/drm.h>
#include <sys/stat.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace uapi {
namespace {

bool is_vgem(const UniqueFd& card) {
    char name[8] = {};
    drm_version version{};
    version.name = name;
    version.name_len = sizeof(name) - 1;
    return ::ioctl(card.get(), DRM_IOCTL_VERSION, &version) == 0 && std::strcmp(name, "vgem") == 0;
}

UniqueFd open_vgem() {
    if (std::system("modprobe vgem") != 0) {
        throw std::runtime_error("cannot load vgem");
    }
    for (const auto& entry : std::filesystem::directory_iterator("/dev/dri")) {
        UniqueFd card(::open(entry.path().c_str(), O_RDWR | O_CLOEXEC));
        if (card && is_vgem(card)) {
            return card;
        }
    }
    throw std::runtime_error("vgem is loaded, but no card in /dev/dri is it");
}

/// A GEM handle; the card's fd must outlive it.
class Handle {
public:
    Handle(const UniqueFd& card, const UniqueFd& buffer) : card_(card.get()) {
        drm_prime_handle import{.handle = 0, .flags = 0, .fd = buffer.get()};
        if (::ioctl(card_, DRM_IOCTL_PRIME_FD_TO_HANDLE, &import) != 0) {
            throw std::system_error(errno, std::generic_category(), "PRIME import");
        }
        handle_ = import.handle;
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() {
        drm_gem_close close{.handle = handle_, .pad = 0};
        ::ioctl(card_, DRM_IOCTL_GEM_CLOSE, &close);
    }

    [[nodiscard]] UniqueFd exported() const {
        drm_prime_handle data{.handle = handle_, .flags = DRM_CLOEXEC | DRM_RDWR, .fd = -1};
        if (::ioctl(card_, DRM_IOCTL_PRIME_HANDLE_TO_FD, &data) != 0) {
            throw std::system_error(errno, std::generic_category(), "PRIME export");
        }
        return UniqueFd(data.fd);
    }

private:
    int card_;
    __u32 handle_ = 0;
};

constexpr std::size_t size = 5 * mib + 3 * page;

class Prime : public testing::Test {
protected:
    UniqueFd card_ = open_vgem();
    UniqueFd node_ = open_node();
};

TEST_F(Prime, AttachesAndDetaches) {
    const long attachments = stat("attachments");
    const UniqueFd buffer = allocate(node_, size);
    {
        const Handle handle(card_, buffer);
        EXPECT_EQ(stat("attachments"), attachments + 1);
    }
    EXPECT_EQ(stat_once("attachments", attachments), attachments);
}

TEST_F(Prime, SyncsWhileAttached) {
    const UniqueFd buffer = allocate(node_, size);
    const Handle handle(card_, buffer);
    const Map map(buffer, size);
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
    UniqueFd buffer = allocate(node_, size);
    {
        const Map map(buffer, size);
        stamp(map.begin(), map.size(), 90);
    }
    {
        const Handle handle(card_, buffer);
        buffer.reset();
        const UniqueFd again = handle.exported();
        const Map map(again, size);
        EXPECT_EQ(first_wrong(map.begin(), map.size(), 90), -1);
    }
    EXPECT_EQ(stat_once("bytes", bytes), bytes);
}

TEST_F(Prime, ComesBackAsTheSameBuffer) {
    const UniqueFd buffer = allocate(node_, size);
    const Handle handle(card_, buffer);
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
    UniqueFd buffer = allocate(node_, size);
    drm_prime_handle import{.handle = 0, .flags = 0, .fd = buffer.get()};
    ASSERT_EQ(::ioctl(card_.get(), DRM_IOCTL_PRIME_FD_TO_HANDLE, &import), 0);
    buffer.reset();
    EXPECT_EQ(stat("bytes"), bytes + static_cast<long>(size));
    card_.reset();
    EXPECT_EQ(stat_once("bytes", bytes), bytes);
    EXPECT_EQ(stat("attachments"), attachments);
}

} // namespace
} // namespace uapi
