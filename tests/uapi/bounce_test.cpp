// SPDX-License-Identifier: MIT
//
// Only where DMA is bounced: errors without SYNC must show.
#include "uapi/device.hpp"

#include <string>

namespace uapi {
namespace {

class Bounce : public DeviceTest {
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
    } // not the flags of a writer
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

/// See docs/exporter.md: each has a copy of the whole buffer, and START syncs one of them.
TEST_F(Bounce, OfTwoDevicesThatWriteOneIsSeen) {
    Device first(buffer_, IMPORTER_FROM_DEVICE);
    Device second(buffer_, IMPORTER_BOTH_WAYS);
    first.write(0, mib, 197);
    second.write(mib, mib, 198);
    const Sync sync(buffer_, DMA_BUF_SYNC_READ);
    EXPECT_NE(first_wrong(map_.begin(), mib, 197) == -1,
              first_wrong(map_.at(mib), mib, 198, mib / page) == -1);
}

/// See docs/exporter.md: a second START cannot be told from a repeated one.
TEST_F(Bounce, SecondStartTakesBackWhatHasNotEnded) {
    stamp(map_.begin(), size, 186);
    const Device device(buffer_, IMPORTER_BOTH_WAYS);
    const Sync first(buffer_, DMA_BUF_SYNC_WRITE);
    stamp(map_.begin(), size, 187);
    const Sync second(buffer_, DMA_BUF_SYNC_READ);
    EXPECT_EQ(first_wrong(map_.begin(), size, 186), -1);
}

/// See docs/exporter.md: the device was mapped after START, and is treated as one that wrote.
TEST_F(Bounce, DeviceThatComesAndGoesInTheBracketTakesItBack) {
    const Sync sync(buffer_, DMA_BUF_SYNC_WRITE);
    stamp(map_.begin(), size, 188);
    Device device(buffer_, IMPORTER_BOTH_WAYS);
    stamp(map_.begin(), size, 189);
    ASSERT_EQ(device.detach(), 0);
    EXPECT_EQ(first_wrong(map_.begin(), size, 188), -1);
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
