// SPDX-License-Identifier: MIT
//
// The device view of a buffer: SYNC with fences, in part and with several devices, the kernel's
// mapping, lifetime and segments.
#include "uapi/device.hpp"

#include "support/vgem.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace uapi {
namespace {

class Importer : public DeviceTest {};

TEST_F(Importer, StartWaitsForTheFenceBeforeItBringsTheData) {
    Device device(buffer_, IMPORTER_FROM_DEVICE);
    const parallax::test::Vgem fences;
    for (std::uint64_t round = 0; round < 3; ++round) {
        SCOPED_TRACE(round);
        device.write(0, size, 2 * round);
        parallax::test::LateFence late(fences, buffer_.get(), parallax::test::LateFence::writes);
        const std::jthread work([&] {
            // Time for a START that does not wait; one that waits, waits for however long.
            std::this_thread::sleep_for(std::chrono::milliseconds(300));
            device.write(0, size, 2 * round + 1);
            late.signal();
        });
        const Sync sync(buffer_, round == 0 ? DMA_BUF_SYNC_RW : DMA_BUF_SYNC_READ);
        EXPECT_EQ(first_wrong(map_.begin(), size, 2 * round + 1), -1);
    }
}

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

/// What START noted of its first mapping does not hold for the second.
TEST_F(Importer, DeviceThatIsMappedAnewInTheBracketIsSeen) {
    for (const __u32 direction : {IMPORTER_FROM_DEVICE, IMPORTER_BOTH_WAYS}) {
        SCOPED_TRACE(direction);
        Device device(buffer_, direction);
        {
            const Sync sync(buffer_, DMA_BUF_SYNC_WRITE);
            stamp(map_.begin(), size, 175);
            ASSERT_EQ(device.map_again(), 0);
            EXPECT_EQ(device.first_wrong(0, size, 175), -1) << "what the CPU wrote before";
            device.write(0, size, 176);
            ASSERT_EQ(device.map_again(), 0);
            EXPECT_EQ(first_wrong(map_.begin(), size, 176), -1) << "what the device wrote";
            stamp(map_.begin(), size, 177);
        }
        EXPECT_EQ(device.first_wrong(0, size, 177), -1) << "what the CPU wrote after it";
        device.write(0, size, 178);
        ASSERT_EQ(device.detach(), 0);
        EXPECT_EQ(first_wrong(map_.begin(), size, 178), -1) << "what the device wrote at last";
    }
}

TEST_F(Importer, SegmentsAreFew) {
    const Device device(buffer_);
    // 5 MiB and 12 KiB are at best 5 chunks; were it pages, there would be 1283.
    EXPECT_LT(device.segments(), 64U);
    EXPECT_GE(device.segments(), 1U);
}

TEST_F(Importer, SegmentsCrossNoBoundaryOfTheDevice) {
    const char* boundary = "/sys/module/dmabuf_importer/parameters/segment_boundary";
    Device device;
    write_text(boundary, std::to_string(16 * page - 1));
    const int error = device.attach(buffer_.get(), IMPORTER_BOTH_WAYS);
    write_text(boundary, "0");
    ASSERT_EQ(error, 0);
    EXPECT_LE(device.longest(), 16 * page);
    EXPECT_GE(device.segments(), size / (16 * page));
    device.write(0, size, 185);
    const Sync sync(buffer_, DMA_BUF_SYNC_READ);
    EXPECT_EQ(first_wrong(map_.begin(), size, 185), -1);
}

TEST_F(Importer, TellsWhatIsWrong) {
    Device device;
    EXPECT_EQ(device.detach(), ENXIO);
    EXPECT_EQ(device.map_again(), ENXIO);
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

} // namespace
} // namespace uapi
