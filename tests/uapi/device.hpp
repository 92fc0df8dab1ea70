// SPDX-License-Identifier: MIT
//
// The device of the module dmabuf_importer, which attaches to a dma-buf and reads and writes it at
// its DMA addresses. If DMA is bounced (swiotlb=force), these are other memory than the CPU's, and
// only DMA_BUF_IOCTL_SYNC makes the two agree, as the suite Bounce proves. The other suites then
// detect a missing sync.
#pragma once

#include "support/module.hpp"
#include "support/node.hpp"

#include <gtest/gtest.h>

#include <importer.h>

#include <system_error>
#include <vector>

namespace uapi {

/// The device, at one buffer or at none.
class Device {
public:
    Device() {
        load_importer();
        node_.reset(::open("/dev/importer", O_RDWR | O_CLOEXEC));
        if (!node_) {
            throw std::system_error(errno, std::generic_category(), "cannot open /dev/importer");
        }
    }

    explicit Device(const UniqueFd& buffer, __u32 direction = IMPORTER_BOTH_WAYS) : Device() {
        if (const int error = attach(buffer.get(), direction)) {
            throw std::system_error(error, std::generic_category(), "cannot attach");
        }
    }

    int attach(int buffer, __u32 direction) {
        info_ = {.fd = buffer, .direction = direction, .segments = 0, .longest = 0};
        return error_of(::ioctl(node_.get(), IMPORTER_ATTACH, &info_));
    }

    /// Unmaps and maps, without detaching.
    int map_again() { return error_of(::ioctl(node_.get(), IMPORTER_MAP_AGAIN)); }

    int detach() { return error_of(::ioctl(node_.get(), IMPORTER_DETACH)); }

    int access(unsigned long command, std::byte* memory, std::size_t offset, std::size_t length) {
        importer_access data{
            .address = reinterpret_cast<__u64>(memory), .offset = offset, .length = length};
        return error_of(::ioctl(node_.get(), command, &data));
    }

    void write(std::size_t offset, std::size_t length, std::uint64_t seed,
               unsigned long command = IMPORTER_DEVICE_WRITE) {
        std::vector<std::byte> memory(length);
        stamp(memory.data(), length, seed, offset / page);
        ASSERT_EQ(access(command, memory.data(), offset, length), 0);
    }

    /// @return the first page that differs from the pattern of stamp(), or -1.
    long first_wrong(std::size_t offset, std::size_t length, std::uint64_t seed,
                     unsigned long command = IMPORTER_DEVICE_READ) {
        std::vector<std::byte> memory(length);
        EXPECT_EQ(access(command, memory.data(), offset, length), 0);
        return uapi::first_wrong(memory.data(), length, seed, offset / page);
    }

    [[nodiscard]] const UniqueFd& node() const { return node_; }
    [[nodiscard]] __u32 segments() const { return info_.segments; }
    [[nodiscard]] __u32 longest() const { return info_.longest; }

private:
    UniqueFd node_;
    importer_attach info_{};
};

/// CPU access: START and END.
class Sync {
public:
    Sync(const UniqueFd& buffer, __u64 access) : buffer_(buffer.get()), access_(access) {
        call(DMA_BUF_SYNC_START);
    }
    Sync(const Sync&) = delete;
    Sync& operator=(const Sync&) = delete;
    ~Sync() { call(DMA_BUF_SYNC_END); }

private:
    void call(__u64 end) const {
        dma_buf_sync data{.flags = end | access_};
        EXPECT_EQ(error_of(::ioctl(buffer_, DMA_BUF_IOCTL_SYNC, &data)), 0);
    }

    int buffer_;
    __u64 access_;
};

/// A buffer of several chunks, and its mapping.
class DeviceTest : public testing::Test {
protected:
    static inline const std::size_t size = 5 * mib + 3 * page;

    UniqueFd node_ = open_node();
    UniqueFd buffer_ = allocate(node_, size);
    Map map_{buffer_, size};
};

} // namespace uapi
