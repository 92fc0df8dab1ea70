// SPDX-License-Identifier: MIT
//
// A device's view. The test-only module dmabuf_importer attaches to a dma-buf and reads and writes
// it at its DMA addresses. Where DMA is bounced (swiotlb=force), these mean another memory than the
// CPU's, and only DMA_BUF_IOCTL_SYNC makes the two agree: that is what the suite Bounce proves, and
// what gives the suites Importer and ImporterSync their teeth.
#include "module.hpp"
#include "node.hpp"

#include <gtest/gtest.h>

#include <importer.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

namespace uapi {
namespace {

/// The device, at one buffer or at none.
class Device {
public:
    Device() {
        if (!std::filesystem::exists("/dev/importer")) {
            load_module("dmabuf_importer");
        }
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

    /// @return the first page that is not as stamp() writes it, or -1.
    long first_wrong(std::size_t offset, std::size_t length, std::uint64_t seed,
                     unsigned long command = IMPORTER_DEVICE_READ) {
        std::vector<std::byte> memory(length);
        EXPECT_EQ(access(command, memory.data(), offset, length), 0);
        return uapi::first_wrong(memory.data(), length, seed, offset / page);
    }

    [[nodiscard]] __u32 segments() const { return info_.segments; }
    [[nodiscard]] __u32 longest() const { return info_.longest; }

private:
    UniqueFd node_;
    importer_attach info_{};
};

/// The bracket of CPU access.
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

constexpr std::size_t size = 5 * mib + 3 * page;

class Importer : public testing::Test {
protected:
    UniqueFd node_ = open_node();
    UniqueFd buffer_ = allocate(node_, size);
    Map map_{buffer_, size};
};

/// Direction of the mapping.
class ImporterSync : public testing::TestWithParam<__u32> {
protected:
    static bool device_reads() { return GetParam() != IMPORTER_FROM_DEVICE; }
    static bool device_writes() { return GetParam() != IMPORTER_TO_DEVICE; }

    static constexpr std::array sizes_ = {page, mib, size};
    UniqueFd node_ = open_node();
};

TEST_P(ImporterSync, EachSeesWhatTheOtherWrote) {
    for (const std::size_t bytes : sizes_) {
        SCOPED_TRACE(bytes);
        const UniqueFd buffer = allocate(node_, bytes);
        const Map map(buffer, bytes);
        Device device(buffer, GetParam());
        for (std::uint64_t round = 0; round < 4; ++round) {
            if (device_reads()) {
                {
                    const Sync sync(buffer, DMA_BUF_SYNC_WRITE);
                    stamp(map.begin(), bytes, 100 + round);
                }
                ASSERT_EQ(device.first_wrong(0, bytes, 100 + round), -1) << "round " << round;
            }
            if (device_writes()) {
                device.write(0, bytes, 200 + round);
                const Sync sync(buffer, DMA_BUF_SYNC_READ);
                ASSERT_EQ(first_wrong(map.begin(), bytes, 200 + round), -1) << "round " << round;
            }
        }
    }
}

TEST_P(ImporterSync, WhatIsThereAtAttachIsSeenAndKept) {
    for (const std::size_t bytes : sizes_) {
        SCOPED_TRACE(bytes);
        const UniqueFd buffer = allocate(node_, bytes);
        const Map map(buffer, bytes);
        stamp(map.begin(), bytes, 110);
        Device device(buffer, GetParam());
        if (device_reads()) {
            EXPECT_EQ(device.first_wrong(0, bytes, 110), -1);
        }
        ASSERT_EQ(device.detach(), 0);
        EXPECT_EQ(first_wrong(map.begin(), bytes, 110), -1) << "though the device wrote nothing";
    }
}

TEST_P(ImporterSync, WhatTheDeviceWroteOutlivesIt) {
    const UniqueFd buffer = allocate(node_, size);
    const Map map(buffer, size);
    stamp(map.begin(), size, 120);
    {
        Device device(buffer, GetParam());
        if (device_writes()) {
            device.write(0, size, 121);
        }
    } // closes the device's node, which detaches
    EXPECT_EQ(first_wrong(map.begin(), size, device_writes() ? 121 : 120), -1);
    EXPECT_EQ(stat_once("attachments", 0), 0);
    EXPECT_EQ(stat("device_maps"), 0);
}

std::string name_of_direction(const testing::TestParamInfo<__u32>& direction) {
    constexpr std::array names = {"", "ToDevice", "FromDevice", "BothWays"};
    return names.at(direction.param);
}

INSTANTIATE_TEST_SUITE_P(, ImporterSync,
                         testing::Values(IMPORTER_TO_DEVICE, IMPORTER_FROM_DEVICE,
                                         IMPORTER_BOTH_WAYS),
                         name_of_direction);

TEST_F(Importer, WriteOfAPartKeepsWhatTheDeviceWroteElsewhere) {
    Device device(buffer_);
    device.write(0, mib, 130);
    {
        const Sync sync(buffer_, DMA_BUF_SYNC_WRITE); // will only write, and only here:
        stamp(map_.at(mib), mib, 131, mib / page);
    }
    EXPECT_EQ(device.first_wrong(0, mib, 130), -1);
    EXPECT_EQ(device.first_wrong(mib, mib, 131), -1);
    const Sync sync(buffer_, DMA_BUF_SYNC_READ);
    EXPECT_EQ(first_wrong(map_.begin(), mib, 130), -1);
}

TEST_F(Importer, EndOfReadingKeepsWhatTheDeviceWroteMeanwhile) {
    Device device(buffer_);
    {
        const Sync sync(buffer_, DMA_BUF_SYNC_READ);
        device.write(0, size, 140);
    }
    EXPECT_EQ(device.first_wrong(0, size, 140), -1);
    const Sync sync(buffer_, DMA_BUF_SYNC_READ);
    EXPECT_EQ(first_wrong(map_.begin(), size, 140), -1);
}

TEST_F(Importer, EveryAttachmentIsSynced) {
    Device first(buffer_, IMPORTER_TO_DEVICE);
    Device second(buffer_, IMPORTER_TO_DEVICE);
    Device third(buffer_);
    {
        const Sync sync(buffer_, DMA_BUF_SYNC_WRITE);
        stamp(map_.begin(), size, 150);
    }
    EXPECT_EQ(first.first_wrong(0, size, 150), -1);
    EXPECT_EQ(second.first_wrong(0, size, 150), -1);
    EXPECT_EQ(third.first_wrong(0, size, 150), -1);
    ASSERT_EQ(second.detach(), 0);
    {
        const Sync sync(buffer_, DMA_BUF_SYNC_WRITE);
        stamp(map_.begin(), size, 151);
    }
    EXPECT_EQ(first.first_wrong(0, size, 151), -1);
    EXPECT_EQ(third.first_wrong(0, size, 151), -1);
}

TEST_F(Importer, DriverSeesTheSameThroughItsKernelMapping) {
    Device device(buffer_);
    stamp(map_.begin(), size, 160);
    {
        const Sync sync(buffer_, DMA_BUF_SYNC_WRITE);
        stamp(map_.begin(), size, 160);
    }
    EXPECT_EQ(device.first_wrong(0, size, 160, IMPORTER_KERNEL_READ), -1);
    device.write(0, size, 161, IMPORTER_KERNEL_WRITE);
    EXPECT_EQ(device.first_wrong(0, size, 161), -1);
    EXPECT_EQ(first_wrong(map_.begin(), size, 161), -1);
    EXPECT_EQ(stat("kernel_maps"), 0);
}

TEST_F(Importer, DeviceKeepsTheBuffer) {
    const long bytes = stat("bytes");
    {
        Device device(buffer_);
        {
            const Sync sync(buffer_, DMA_BUF_SYNC_WRITE);
            stamp(map_.begin(), size, 170);
        }
        ASSERT_EQ(::munmap(map_.begin(), map_.size()), 0);
        map_.forget();
        buffer_.reset();
        node_.reset();
        EXPECT_EQ(stat("bytes"), bytes);
        EXPECT_EQ(unload_module("dmabuf_exporter"), EWOULDBLOCK);
        EXPECT_EQ(device.first_wrong(0, size, 170), -1);
    }
    EXPECT_EQ(stat_once("bytes", bytes - static_cast<long>(size)), bytes - static_cast<long>(size));
}

TEST_F(Importer, MayBeClosedWhileTheCpuHasAccess) {
    auto device = std::make_unique<Device>(buffer_);
    const Sync sync(buffer_, DMA_BUF_SYNC_RW);
    device.reset();
    stamp(map_.begin(), size, 180);
    EXPECT_EQ(first_wrong(map_.begin(), size, 180), -1);
}

TEST_F(Importer, SegmentsAreFew) {
    const Device device(buffer_);
    // 5 MiB and 12 KiB are at best 5 chunks; were it pages, there would be 1283.
    EXPECT_LT(device.segments(), 64U);
    EXPECT_GE(device.segments(), 1U);
}

TEST_F(Importer, TellsWhatIsWrong) {
    Device device;
    EXPECT_EQ(device.detach(), ENXIO);
    EXPECT_EQ(device.access(IMPORTER_DEVICE_READ, map_.begin(), 0, page), ENXIO);
    EXPECT_EQ(device.attach(-1, IMPORTER_BOTH_WAYS), EBADF);
    EXPECT_EQ(device.attach(node_.get(), IMPORTER_BOTH_WAYS), EINVAL); // no dma-buf
    EXPECT_EQ(device.attach(buffer_.get(), 0), EINVAL);
    EXPECT_EQ(device.attach(buffer_.get(), 4), EINVAL);
    ASSERT_EQ(device.attach(buffer_.get(), IMPORTER_BOTH_WAYS), 0);
    EXPECT_EQ(device.attach(buffer_.get(), IMPORTER_BOTH_WAYS), EBUSY);
    std::vector<std::byte> memory(2 * page);
    EXPECT_EQ(device.access(IMPORTER_DEVICE_READ, memory.data(), size - page, page + 1), EINVAL);
    EXPECT_EQ(device.access(IMPORTER_DEVICE_READ, memory.data(), size + 1, 0), EINVAL);
    EXPECT_EQ(device.access(IMPORTER_DEVICE_READ, nullptr, 0, page), EFAULT);
}

/// Only where DMA is bounced: what goes wrong without SYNC, and that it then does.
class Bounce : public Importer {
protected:
    void SetUp() override {
        if (read_text("/proc/cmdline").find("swiotlb=force") == std::string::npos) {
            GTEST_SKIP() << "the machine was not booted with swiotlb=force";
        }
    }
};

TEST_F(Bounce, DeviceSeesOldDataWithoutSync) {
    stamp(map_.begin(), size, 190);
    Device device(buffer_);
    stamp(map_.begin(), size, 191); // without SYNC
    EXPECT_EQ(device.first_wrong(0, size, 190), -1) << "DMA is not bounced";
    {
        const Sync sync(buffer_, DMA_BUF_SYNC_READ);
    } // not what a writer must say
    stamp(map_.begin(), size, 192);
    {
        const Sync sync(buffer_, DMA_BUF_SYNC_READ);
    }
    EXPECT_EQ(device.first_wrong(0, size, 190), -1);
    {
        const Sync sync(buffer_, DMA_BUF_SYNC_WRITE);
        stamp(map_.begin(), size, 193);
    }
    EXPECT_EQ(device.first_wrong(0, size, 193), -1);
}

TEST_F(Bounce, CpuSeesOldDataWithoutSync) {
    stamp(map_.begin(), size, 195);
    Device device(buffer_);
    device.write(0, size, 196);
    EXPECT_EQ(first_wrong(map_.begin(), size, 195), -1) << "DMA is not bounced";
    const Sync sync(buffer_, DMA_BUF_SYNC_READ);
    EXPECT_EQ(first_wrong(map_.begin(), size, 196), -1);
}

TEST_F(Bounce, SegmentsAreAsShortAsBouncingNeeds) {
    const Device device(buffer_);
    EXPECT_LE(device.longest(), 256U * 1024);
    EXPECT_GE(device.segments(), size / (256 * 1024));
}

TEST_F(Bounce, BufferThatCannotBeBouncedIsRefused) {
    const UniqueFd large_buffer = allocate(node_, 128 * mib); // more than there is to bounce with
    Device device;
    EXPECT_NE(device.attach(large_buffer.get(), IMPORTER_BOTH_WAYS), 0);
    EXPECT_EQ(stat("attachments"), 0);
}

} // namespace
} // namespace uapi
